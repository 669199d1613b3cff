/// All rules that hold at any time.
struct Judge: Sendable {
    let limits: VerdictLimits
    private var rules: [any VerdictRule] = [
        StuckSessionRule(), ZombiePeerRule(), CountMismatchRule(), ICECheckingRule(), SCTPErrorRule(),
        FrozenStreamRule(), WrongGuestRule(),
    ]

    init(_ limits: VerdictLimits) { self.limits = limits }

    /// Takes the next reading.
    mutating func look(_ reading: FleetReading) -> [Verdict] {
        var verdicts: [Verdict] = []
        for index in rules.indices { verdicts += rules[index].look(reading, limits) }
        return verdicts
    }
}
