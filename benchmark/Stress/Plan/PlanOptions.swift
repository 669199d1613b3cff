/// What a sequence depends on besides its seed and scenario.
struct PlanOptions: Codable, Sendable, Equatable {
    /// Factor for all waits, and for the deadlines that follow from them.
    var timeScale = 1.0
    /// Connects and disconnects of `soak`, beyond those before its baseline; for each guest in `rapid`.
    var cycles: Int?
    /// Steps of `random`.
    var operations = 60
    /// Whether there is a client behind a network of its own whose link can be slowed down.
    var isShaped = false

    /// A wait of so many milliseconds, scaled.
    func scaled(_ milliseconds: Int) -> Int { max(1, Int((Double(milliseconds) * timeScale).rounded())) }
}
