import Probe

/// How long encoding takes now: over the last ten seconds or so, and not since the node began.
struct EncodeTimes {
    private static let window = Duration.seconds(10)

    private var older: (reading: DurationHistogram.Reading, at: ContinuousClock.Instant)?
    private var newer: (reading: DurationHistogram.Reading, at: ContinuousClock.Instant)?

    /// Milliseconds that 95 of 100 frames took at most; nil where none was encoded. What is beyond the histogram's last
    /// bound counts as that.
    mutating func p95(_ reading: DurationHistogram.Reading, at now: ContinuousClock.Instant = .now) -> Double? {
        if newer.map({ now - $0.at >= Self.window }) ?? true { (older, newer) = (newer, (reading, now)) }
        guard let begin = older ?? newer, let nanoseconds = reading.since(begin.reading).quantile(0.95) else {
            return nil
        }
        return min(nanoseconds, Double(reading.buckets.last?.bound ?? 0)) / 1e6
    }
}
