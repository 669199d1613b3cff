import Probe
import Synchronization

/// What is measured of viewers' sessions and what viewers report of their own measurements, over all of them.
public final class ViewerTelemetry: Sendable {
    /// Samples that quantiles are taken from.
    static let window = 512

    /// From an input in the page to the frame that answers it on the screen.
    public let clickToPixel = DurationHistogram(bounds: DurationHistogram.waitBounds)
    /// From the offer to the first frame.
    public let firstFrame = DurationHistogram(bounds: DurationHistogram.waitBounds)
    /// From the offer to the connection, as the node sees it.
    public let join = DurationHistogram(bounds: DurationHistogram.waitBounds)
    /// From the offer to the session's end.
    public let session = DurationHistogram(bounds: DurationHistogram.sessionBounds)
    private let clicks = Mutex(SampleWindow(capacity: window))
    private let failed = Mutex(Failures())

    /// What failed in sessions since the start, by kind.
    public struct Failures: Sendable, Equatable {
        /// Sessions that ended for it.
        public var ice: [ICEFailure: Int] = [:]
        /// Failures; a session may have several, and go on after some.
        public var sctp: [SCTPFailure: Int] = [:]

        /// None.
        public init() {}
    }

    /// Nothing reported yet.
    public init() {}

    /// What failed so far.
    public var failures: Failures { failed.withLock { $0 } }

    /// Counts a failure.
    func note(_ failure: ICEFailure) { failed.withLock { $0.ice[failure, default: 0] += 1 } }

    /// Counts a failure.
    func note(_ failure: SCTPFailure) { failed.withLock { $0.sctp[failure, default: 0] += 1 } }

    /// Takes one viewer's report.
    func note(_ report: ViewerReport) {
        for sample in report.clickToPixel { clickToPixel.record(UInt64(sample * 1e6)) }
        if let first = report.firstFrame { firstFrame.record(UInt64(first * 1e6)) }
        clicks.withLock { $0.add(report.clickToPixel) }
    }

    /// Quantiles of the newest samples of click-to-pixel, in seconds; nil before the first.
    public func clickQuantiles() -> (p50: Double, p95: Double, p99: Double)? {
        clicks.withLock { $0.quantiles }.map { ($0.p50 / 1000, $0.p95 / 1000, $0.p99 / 1000) }
    }
}
