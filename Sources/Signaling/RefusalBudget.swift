/// Bounds how many errors one viewer is told per second, so that a flood of bad messages does not become a flood of
/// answers.
struct RefusalBudget {
    static let perSecond = 20

    private var windowBegan: UInt64 = 0
    private var used = 0

    /// Whether one more may be sent at that time (nanoseconds).
    mutating func allows(at now: UInt64) -> Bool {
        if now >= windowBegan + 1_000_000_000 {
            windowBegan = now
            used = 0
        }
        used += 1
        return used <= Self.perSecond
    }
}
