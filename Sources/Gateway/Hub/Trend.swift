import Foundation
import Probe

/// The last ten minutes of one instance: a sample for every 2 s, from the reports that its node tells anyway. A span
/// without a report is a sample in which nothing was measured, so that a gap shows as a gap.
struct Trend: Sendable, Equatable {
    /// Between two samples.
    static let interval = Duration.seconds(2)
    /// Samples kept.
    static let capacity = 300

    /// When the first report came, on both clocks; samples are counted from there.
    private var start: (instant: ContinuousClock.Instant, date: Date)?
    /// The number, since the start, of the oldest sample that is kept.
    private var first = 0
    /// A ring: sample `number` is at `number % capacity`.
    private var samples: [TrendSample] = []
    /// The number after that of the newest sample.
    private var end = 0

    /// Nothing yet.
    init() {}

    static func == (left: Trend, right: Trend) -> Bool {
        left.start?.instant == right.start?.instant && left.end == right.end && left.samples == right.samples
    }

    /// Takes a report. Of those within one span the newest counts.
    mutating func note(
        _ report: HealthReport, at now: ContinuousClock.Instant = .now, date: @autoclosure () -> Date = Date()
    ) {
        if start == nil { start = (now, date()) }
        let number = number(at: now)
        extend(to: number + 1)
        samples[number % Self.capacity] = TrendSample(report)
    }

    /// The samples up to now, the oldest first, and when the first of them began; spans that are over and had no report
    /// are among them.
    func samples(at now: ContinuousClock.Instant = .now) -> (from: Date, samples: [TrendSample])? {
        guard let start else { return nil }
        var whole = self
        whole.extend(to: number(at: now))
        let from = start.date.addingTimeInterval(Double(whole.first) * (Self.interval / .seconds(1)))
        return (from, (whole.first..<whole.end).map { whole.samples[$0 % Self.capacity] })
    }

    private func number(at now: ContinuousClock.Instant) -> Int {
        guard let start else { return 0 }
        // Whole seconds: the quotient of two durations may fall just below a whole number.
        return max(0, Int((now - start.instant).components.seconds / Self.interval.components.seconds))
    }

    /// Adds samples without a measurement up to `end`, and lets as many of the oldest go.
    private mutating func extend(to end: Int) {
        guard end > self.end else { return }
        for number in max(self.end, end - Self.capacity)..<end {
            if samples.count < Self.capacity {
                samples.append(TrendSample())
            } else {
                samples[number % Self.capacity] = TrendSample()
            }
        }
        self.end = end
        first = max(0, end - Self.capacity)
    }
}
