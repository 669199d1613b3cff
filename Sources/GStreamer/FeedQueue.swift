import CGStreamer
import Synchronization

/// What waits to be sent to a viewer: the threads of a ``FeedCrew`` carry it, in its order. Never blocks the caller.
public final class FeedQueue: Sendable {
    /// A reference to a `GstSample`, which does not change.
    private struct Held: @unchecked Sendable { let sample: OpaquePointer }

    private struct State {
        var waiting: [Held] = []
        /// Whether it is on the crew's list or being carried.
        var isScheduled = false
        /// Where samples go; nil before it is opened and after it is closed.
        var carry: (@Sendable (borrowing BufferView) -> Void)?
    }

    private let crew: FeedCrew
    private let state = Mutex(State())

    /// - Parameter crew: whose threads carry.
    public init(crew: FeedCrew = .viewers) { self.crew = crew }

    /// Lets samples go on: called for one at a time, on a thread of the crew.
    public func open(_ carry: @escaping @Sendable (borrowing BufferView) -> Void) {
        state.withLock { $0.carry = carry }
    }

    /// Samples waiting to be carried.
    public var queued: UInt64 { state.withLock { UInt64($0.waiting.count) } }

    /// Queues a sample by reference.
    ///
    /// - Returns: whether it was taken: only while open.
    @discardableResult
    public func push(_ sample: borrowing Sample) -> Bool {
        let held = Held(sample: gst_sample_ref(sample.sample))
        let outcome = state.withLock { state -> (isTaken: Bool, schedules: Bool) in
            guard state.carry != nil else { return (false, false) }
            state.waiting.append(held)
            defer { state.isScheduled = true }
            return (true, !state.isScheduled)
        }
        guard outcome.isTaken else {
            gst_sample_unref(held.sample)
            return false
        }
        if outcome.schedules { crew.schedule(self) } else { crew.look() }
        return true
    }

    /// Drops what waits and takes nothing any more. What is being carried may still arrive.
    public func close() {
        let dropped = state.withLock { state -> [Held] in
            state.carry = nil
            defer { state.waiting = [] }
            return state.waiting
        }
        for held in dropped { gst_sample_unref(held.sample) }
    }

    deinit { for held in state.withLock({ $0.waiting }) { gst_sample_unref(held.sample) } }

    /// Carries what waits, on a thread of the crew.
    func carry() {
        while let (held, carry) = next() {
            if let buffer = gst_sample_get_buffer(held.sample) { carry(BufferView(buffer: buffer)) }
            gst_sample_unref(held.sample)
        }
    }

    private func next() -> (Held, @Sendable (borrowing BufferView) -> Void)? {
        state.withLock { state in
            guard let carry = state.carry, !state.waiting.isEmpty else {
                state.isScheduled = false
                return nil
            }
            return (state.waiting.removeFirst(), carry)
        }
    }
}
