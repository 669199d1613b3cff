/// UDP ports for media, both ends included.
struct PortRange: Sendable, Equatable, CustomStringConvertible {
    let low: Int
    let high: Int

    /// Reads `40000-40100`.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let low = Int(parts[0]), let high = Int(parts[1]), (1...65535).contains(low),
            (low...65535).contains(high)
        else { return nil }
        self.low = low
        self.high = high
    }

    var description: String { "\(low)-\(high)" }
}
