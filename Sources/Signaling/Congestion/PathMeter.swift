import Synchronization

/// What the path to one viewer carries, measured where its feedback arrives: on a streaming thread, ten to twenty times in a
/// second. Whoever decides what is sent is only called when there may be something to decide.
final class PathMeter: Sendable {
    /// How often a decision is due while the path or what is sent changes, in nanoseconds.
    static let restless: UInt64 = 200_000_000
    /// How often it is while all that is wanted arrives.
    static let calm: UInt64 = 1_000_000_000

    private struct State {
        var estimator: BandwidthEstimator
        var heardAt: UInt64?
        var decidedAt: UInt64 = 0
        /// The rate at which there is nothing to decide, bits per second; nil where there is in any case.
        var enough: Int?
        var isAsked = false

        func isDue(at now: UInt64) -> Bool {
            // The path is full: that does not wait.
            if estimator.usage == .overusing { return true }
            let isCalm = enough.map { estimator.sendingRate >= $0 && estimator.lossFraction == 0 } ?? false
            return now >= decidedAt + (isCalm ? PathMeter.calm : PathMeter.restless)
        }
    }

    private let state: Mutex<State>

    /// - Parameter estimator: an estimate to begin with.
    init(_ estimator: BandwidthEstimator) { state = Mutex(State(estimator: estimator)) }

    /// Takes feedback about packets.
    ///
    /// - Returns: whether a decision is due that has not been asked for yet.
    func take(_ results: [PacketResult], at now: UInt64) -> Bool {
        state.withLock { state in
            state.heardAt = now
            state.estimator.update(results, at: now)
            guard !state.isAsked, state.isDue(at: now) else { return false }
            state.isAsked = true
            return true
        }
    }

    /// Notes that it is decided what to send.
    ///
    /// - Parameter enough: as long as the path carries so much (bits per second) without loss, nothing else will be decided
    ///   soon; nil where it may be.
    func decided(enough: Int?, at now: UInt64) {
        state.withLock { state in
            state.decidedAt = now
            state.enough = enough
            state.isAsked = false
        }
    }

    /// When the newest feedback came, in nanoseconds; nil before the first.
    var heardAt: UInt64? { state.withLock { $0.heardAt } }

    /// When the last decision was made, in nanoseconds.
    var decidedAt: UInt64 { state.withLock { $0.decidedAt } }

    /// Reads or asks the estimate.
    func withEstimator<Answer: Sendable>(_ body: (inout BandwidthEstimator) -> Answer) -> Answer {
        state.withLock { body(&$0.estimator) }
    }
}
