import GStreamer
import Synchronization

/// Hands one encoded stream to many viewers, by reference. A slow viewer loses frames up to its next keyframe; nobody
/// else notices.
///
/// Publishing runs on the encoder's streaming thread. The lock is held for a few pushes that never block.
public final class Broadcaster: Sendable {
    /// What has been delivered so far, over all viewers past and present.
    public struct Counters: Sendable, Equatable {
        /// Encoded frames published.
        public var published: UInt64 = 0
        /// Encoded bytes published.
        public var bytes: UInt64 = 0
        /// Keyframes among them.
        public var keyframes: UInt64 = 0
        /// Frames not given to a viewer because its queue was full or it waited for a keyframe.
        public var dropped: UInt64 = 0
    }

    private struct Viewer {
        let source: AppSrc
        var awaitsKeyframe: Bool
    }

    private struct State {
        var viewers: [UInt64: Viewer] = [:]
        var nextID: UInt64 = 0
        var counters = Counters()
        var rate = DeliveryRate()
    }

    private let state = Mutex(State())
    private let queueLimit: UInt64
    private let demand: KeyframeDemand

    /// - Parameters:
    ///   - queueLimit: encoded frames that may wait for one viewer's packetiser.
    ///   - demand: told whenever somebody needs a keyframe.
    init(queueLimit: UInt64, demand: KeyframeDemand) {
        self.queueLimit = queueLimit
        self.demand = demand
    }

    /// What has been delivered so far.
    public var counters: Counters { state.withLock { $0.counters } }

    /// Frames and bytes per second over the last whole second; nil in the first.
    func rate(at now: UInt64) -> (frames: Double, bytes: Double)? { state.withLock { $0.rate.reading(at: now) } }

    /// Viewers subscribed now.
    var viewerCount: Int { state.withLock { $0.viewers.count } }

    /// Adds a viewer; it gets everything from the next keyframe on, which is asked for at once.
    func add(_ source: AppSrc) -> UInt64 {
        let (id, isAlone) = state.withLock { state in
            state.nextID += 1
            let isAlone = state.viewers.isEmpty
            state.viewers[state.nextID] = Viewer(source: source, awaitsKeyframe: true)
            return (state.nextID, isAlone)
        }
        demand.request(atOnce: isAlone)
        return id
    }

    func remove(_ id: UInt64) { _ = state.withLock { $0.viewers.removeValue(forKey: id) } }

    /// Delivers one access unit.
    func publish(_ sample: consuming Sample) {
        let isKeyframe = sample.isKeyframe
        let size = UInt64(sample.size)
        let now = Runtime.now()
        // Borrowed by the closure below, which the compiler cannot see for a consumed parameter.
        let unit = sample
        let starving = state.withLock { state in
            state.counters.published += 1
            state.rate.record(bytes: Int(size), at: now)
            state.counters.bytes += size
            if isKeyframe { state.counters.keyframes += 1 }
            var starving = false
            for (id, viewer) in state.viewers {
                var viewer = viewer
                if viewer.source.queued >= queueLimit {
                    viewer.awaitsKeyframe = true
                    starving = true
                } else if viewer.awaitsKeyframe && isKeyframe {
                    viewer.awaitsKeyframe = false
                }
                if viewer.awaitsKeyframe {
                    state.counters.dropped += 1
                } else {
                    viewer.source.push(unit)
                }
                state.viewers[id] = viewer
            }
            return starving
        }
        if starving { demand.request() }
    }
}
