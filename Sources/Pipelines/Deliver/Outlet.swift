import GStreamer
import Probe
import Synchronization

/// One viewer's end of a stream: takes what broadcasters publish and queues it for the viewer's packetiser, a bounded
/// number of frames, beginning with a keyframe.
///
/// A viewer may change to another encoding of the same picture. Both broadcasters then feed the outlet for a moment: the
/// old one is shown until the new one's first keyframe, which takes over. Timestamps stay ascending, and the viewer
/// needs no new session.
public final class Outlet: Sendable {
    /// What one viewer got, over all its streams.
    public struct Counters: Sendable, Equatable {
        /// Frames queued for the packetiser.
        public var delivered: UInt64 = 0
        /// Frames not queued: the queue was full, or a keyframe was awaited after that.
        public var dropped: UInt64 = 0
        /// Changes from one stream to another.
        public var switches: UInt64 = 0
    }

    /// What became of a frame.
    enum Outcome {
        /// Queued, or not this outlet's business.
        case settled
        /// Not queued, and a keyframe is needed before the next one can be.
        case starving
    }

    /// Where frames come from.
    struct Link: Sendable {
        let broadcaster: ObjectIdentifier
        let demand: KeyframeDemand
        /// Where frames are counted that the viewer misses.
        var drops = DropCounter()
    }

    fileprivate struct State {
        var current: Link?
        var next: Link?
        var awaitsKeyframe = true
        var lastTimestamp: UInt64 = 0
        var counters = Counters()
    }

    /// Who gets the frames.
    public enum Reader: Sendable {
        /// Somebody who watches.
        case viewer
        /// A file. It keeps the encoder running as a viewer does; what it misses is no viewer's trouble.
        case recorder
    }

    /// Who gets the frames.
    let reader: Reader
    private let source: any SampleQueue
    private let queueLimit: UInt64
    private let state = Mutex(State())
    private let queuedAt = FrameTimes()
    private let onSwitch: @Sendable () -> Void

    /// - Parameters:
    ///   - source: the head of the viewer's pipeline.
    ///   - reader: who reads it.
    ///   - queueLimit: frames that may wait for the packetiser. It takes a frame at once unless the network stack holds
    ///     it up; more than a few would only be delay.
    ///   - onSwitch: called on a streaming thread once another stream has taken over.
    public init(
        source: any SampleQueue, reader: Reader = .viewer, queueLimit: UInt64 = 4,
        onSwitch: @escaping @Sendable () -> Void = {}
    ) {
        self.source = source
        self.reader = reader
        self.queueLimit = queueLimit
        self.onSwitch = onSwitch
    }

    /// What the viewer got so far.
    public var counters: Counters { state.withLock { $0.counters } }

    /// When the frame with that timestamp was queued for the packetiser; nil for one long past. Takes no lock.
    public func queuedTime(of timestamp: UInt64) -> UInt64? { queuedAt.time(of: timestamp) }

    /// Passes a viewer's keyframe request (PLI or FIR) on to what it watches; requests of many viewers within half a
    /// second cost one keyframe.
    public func requestKeyframe() { state.withLock { $0.current }?.demand.request() }

    /// Expects frames of that stream: the first stream's from its first keyframe on; another's take over with one.
    func expect(_ link: Link) {
        state.withLock { state in
            if state.current == nil {
                state.current = link
                state.awaitsKeyframe = true
            } else {
                state.next = link
            }
        }
    }

    /// Expects the stream that replaces one that has ended. A change to a third one that is under way goes on.
    ///
    /// - Returns: false where another stream than the ended one feeds it; that stays.
    func replace(_ ended: ObjectIdentifier, with link: Link) -> Bool {
        state.withLock { state in
            guard state.current?.broadcaster == ended else { return false }
            state.current = link
            state.awaitsKeyframe = true
            return true
        }
    }

    /// Keeps what it has instead of changing to that stream.
    ///
    /// - Returns: false where the stream has taken over already.
    func forgetNext(_ broadcaster: Broadcaster) -> Bool {
        state.withLock { state in
            guard state.next?.broadcaster == ObjectIdentifier(broadcaster) else { return false }
            state.next = nil
            return true
        }
    }

    /// Whether the stream has taken over.
    func isFed(by broadcaster: Broadcaster) -> Bool {
        state.withLock { $0.current?.broadcaster == ObjectIdentifier(broadcaster) }
    }

    /// Takes one access unit or sound packet from a broadcaster.
    func take(_ unit: borrowing Sample, isKeyframe: Bool, from broadcaster: ObjectIdentifier) -> Outcome {
        let decision = state.withLock { state in
            let decision = state.decide(
                isKeyframe: isKeyframe, isFull: source.queued >= queueLimit, from: broadcaster)
            // Within the lock, for it never blocks: a frame of the old stream that was let through must not be queued
            // behind the keyframe that took over.
            if decision.pushes { push(unit, after: &state.lastTimestamp) }
            return decision
        }
        if decision.switched { onSwitch() }
        return decision.starves ? .starving : .settled
    }

    private func push(_ unit: borrowing Sample, after last: inout UInt64) {
        let stamp = unit.timestamp ?? Runtime.now()
        // Two encoders finish in any order: the second's first frame may be older than the first's last.
        last = max(stamp, last + 1_000_000)
        queuedAt.mark(last, at: Runtime.now())
        if last == stamp { source.push(unit) } else { source.push(unit.restamped(at: last)) }
    }
}

extension Outlet.State {
    fileprivate typealias Decision = (pushes: Bool, switched: Bool, starves: Bool)

    /// The rules, without any effect but on the state.
    fileprivate mutating func decide(isKeyframe: Bool, isFull: Bool, from broadcaster: ObjectIdentifier) -> Decision {
        if broadcaster == next?.broadcaster {
            guard isKeyframe, !isFull else { return (false, false, isKeyframe && isFull) }
            current = next
            next = nil
            awaitsKeyframe = false
            counters.delivered += 1
            counters.switches += 1
            return (true, true, false)
        }
        guard broadcaster == current?.broadcaster else { return (false, false, false) }
        if isFull {
            awaitsKeyframe = true
            counters.dropped += 1
            current?.drops.note()
            return (false, false, true)
        }
        if awaitsKeyframe, !isKeyframe {
            counters.dropped += 1
            current?.drops.note()
            return (false, false, false)
        }
        awaitsKeyframe = false
        counters.delivered += 1
        return (true, false, false)
    }
}
