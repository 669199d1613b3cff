/// What `bench viewers`, `idle` and `latency` are asked to do.
struct MeasureSettings: Sendable {
    /// Absolute path of the loco program.
    let loco: String
    /// Length of each measured window.
    let seconds: Int
    /// How often each side of a comparison is measured, in turns.
    let rounds: Int
    /// Pause before each window, so that joining is not in it.
    let settleSeconds: Int
    /// Whether it is a short run, of less than a minute.
    let isQuick: Bool
    /// Where rows are appended; nil for nowhere.
    let csv: String?
    /// Whether a missed bar is an error.
    let isStrict: Bool
}
