import Synchronization

/// Counts durations by size, for Prometheus.
///
/// Any thread records and reads: recording is three atomic additions, so that it may happen on streaming threads.
public final class DurationHistogram: Sendable {
    /// What has been recorded up to one moment.
    public struct Reading: Sendable, Equatable {
        /// Each bucket's upper bound in nanoseconds with the durations up to it, as Prometheus's `le` counts them.
        public let buckets: [(bound: UInt64, count: UInt64)]
        /// All durations.
        public let count: UInt64
        /// Their sum in nanoseconds.
        public let sum: UInt64

        /// The duration in nanoseconds that the given share (0...1) does not exceed, interpolated within its bucket; nil
        /// without durations, and infinite beyond the last bound.
        public func quantile(_ share: Double) -> Double? {
            guard count > 0 else { return nil }
            let rank = share * Double(count)
            var (below, lower) = (0.0, 0.0)
            for (bound, upTo) in buckets {
                if Double(upTo) >= rank, upTo > 0 {
                    let inside = Double(upTo) - below
                    return lower + (Double(bound) - lower) * (inside > 0 ? (rank - below) / inside : 1)
                }
                (below, lower) = (Double(upTo), Double(bound))
            }
            return .infinity
        }

        /// What was recorded since an earlier reading of the same histogram.
        public func since(_ earlier: Reading) -> Reading {
            Reading(
                buckets: zip(buckets, earlier.buckets).map { ($0.bound, $0.count &- $1.count) },
                count: count &- earlier.count, sum: sum &- earlier.sum)
        }

        /// Whether both say the same.
        public static func == (left: Reading, right: Reading) -> Bool {
            left.count == right.count && left.sum == right.sum
                && left.buckets.elementsEqual(right.buckets) { $0.bound == $1.bound && $0.count == $1.count }
        }
    }

    /// Bounds for what happens within a frame's time: 50 µs to 500 ms.
    public static let stageBounds: [UInt64] = [
        50, 100, 200, 500, 1_000, 2_000, 4_000, 6_000, 8_000, 12_000, 16_000, 25_000, 35_000, 50_000, 100_000, 500_000,
    ].map { $0 * 1_000 }
    /// Bounds for what people wait for: 10 ms to 10 s.
    public static let waitBounds: [UInt64] = [
        10, 20, 30, 40, 50, 60, 80, 100, 150, 200, 250, 300, 400, 500, 750, 1_000, 2_000, 5_000, 10_000,
    ].map { $0 * 1_000_000 }

    /// Bounds for how long people stay: 1 s to a day.
    public static let sessionBounds: [UInt64] = [
        1, 5, 15, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400,
    ].map { $0 * 1_000_000_000 }

    private let bounds: [UInt64]
    /// One more than bounds: the last counts what exceeds them all.
    private let counts: AtomicWords
    private let sum = Atomic<UInt64>(0)

    /// An empty histogram.
    ///
    /// - Parameter bounds: the buckets' upper bounds in nanoseconds, ascending.
    public init(bounds: [UInt64]) {
        self.bounds = bounds
        counts = AtomicWords(count: bounds.count + 1)
    }

    /// Notes a duration in nanoseconds.
    public func record(_ duration: UInt64) {
        var index = 0
        while index < bounds.count, duration > bounds[index] { index += 1 }
        counts.increment(index)
        sum.wrappingAdd(duration, ordering: .relaxed)
    }

    /// Notes the time from one moment to a later one; nothing where they are the wrong way round.
    public func record(from start: UInt64, to end: UInt64) { if end >= start { record(end - start) } }

    /// What has been recorded so far.
    public var reading: Reading {
        var total: UInt64 = 0
        var buckets: [(bound: UInt64, count: UInt64)] = []
        for (index, bound) in bounds.enumerated() {
            total += counts[index]
            buckets.append((bound, total))
        }
        total += counts[bounds.count]
        return Reading(buckets: buckets, count: total, sum: sum.load(ordering: .relaxed))
    }
}
