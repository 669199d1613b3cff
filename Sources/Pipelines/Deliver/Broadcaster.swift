import GStreamer
import Probe
import Synchronization

/// Hands one encoded stream to many viewers, by reference. A slow viewer loses frames up to its next keyframe; nobody
/// else notices.
///
/// Publishing runs on the encoder's streaming thread. The lock is held to copy a short list; pushes never block.
public final class Broadcaster: Sendable {
    /// What has been delivered so far, over all viewers past and present.
    public struct Counters: Sendable, Equatable {
        /// Encoded frames published.
        public var published: UInt64 = 0
        /// Encoded bytes published.
        public var bytes: UInt64 = 0
        /// Keyframes among them.
        public var keyframes: UInt64 = 0
        /// Frames that a viewer missed because its packetiser did not keep up, each viewer's counted.
        public var dropped: UInt64 = 0
    }

    private struct State {
        var outlets: [Outlet] = []
        var counters = Counters()
        var rate = DeliveryRate()
    }

    private let state = Mutex(State())
    private let demand: KeyframeDemand
    private let drops = DropCounter()

    /// - Parameter demand: told whenever somebody needs a keyframe.
    init(demand: KeyframeDemand) { self.demand = demand }

    /// What has been delivered so far.
    public var counters: Counters {
        var counters = state.withLock { $0.counters }
        counters.dropped = drops.count
        return counters
    }

    /// Frames and bytes per second over the last whole second; nil in the first.
    func rate(at now: UInt64) -> (frames: Double, bytes: Double)? { state.withLock { $0.rate.reading(at: now) } }

    /// Viewers subscribed now; a recorder is none.
    var viewerCount: Int { state.withLock { $0.outlets.count { $0.reader == .viewer } } }

    /// Adds a viewer; it gets everything from the next keyframe on, which is asked for at once.
    ///
    /// - Parameter ended: the stream that the viewer watched and that is no more, so that nothing is shown meanwhile.
    /// - Returns: false where the viewer watches another stream than the ended one; it is not added then.
    @discardableResult
    package func add(_ outlet: Outlet, replacing ended: Broadcaster? = nil) -> Bool {
        let link = Outlet.Link(
            broadcaster: ObjectIdentifier(self), demand: demand,
            drops: outlet.reader == .viewer ? drops : DropCounter())
        if let ended {
            guard outlet.replace(ObjectIdentifier(ended), with: link) else { return false }
        } else {
            outlet.expect(link)
        }
        let isAlone = state.withLock { state in
            state.outlets.append(outlet)
            return state.outlets.count == 1
        }
        demand.request(atOnce: isAlone)
        return true
    }

    /// Removes a viewer.
    func remove(_ outlet: Outlet) { state.withLock { $0.outlets.removeAll { $0 === outlet } } }

    /// Delivers one access unit.
    func publish(_ sample: consuming Sample) {
        let isKeyframe = sample.isKeyframe
        let size = sample.size
        let now = Runtime.now()
        let outlets = state.withLock { state in
            state.counters.published += 1
            state.counters.bytes += UInt64(size)
            state.counters.keyframes += isKeyframe ? 1 : 0
            state.rate.record(bytes: size, at: now)
            return state.outlets
        }
        var starving = false
        FeedCrew.viewers.gather {
            for outlet in outlets {
                let outcome = outlet.take(sample, isKeyframe: isKeyframe, from: ObjectIdentifier(self))
                if outcome == .starving { starving = true }
            }
        }
        if starving { demand.request() }
    }
}
