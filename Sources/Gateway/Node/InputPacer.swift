import Fleet
import Synchronization

/// Gives input to the guest no faster than its PS/2 devices take it. What comes after a pause goes at once.
final class InputPacer: Sendable {
    /// Gives events to QEMU; false where it is down.
    typealias Post = @Sendable ([Fleet.InputEvent], InputQueue.Taken?) -> Bool

    private struct State {
        var queue = InputQueue()
        var readyAt = ContinuousClock.now
        var touched = ContinuousClock.now
        var nudges = 0
        var draining: Task<Void, Never>?
        var settling: Task<Void, Never>?
        var isStopped = false
    }

    /// Between two batches: a guest reads the bytes of one in less than a tenth of that.
    static let interval = Duration.milliseconds(2)
    /// After a batch of keys, which nobody types that fast: QEMU's keyboard drops what exceeds sixteen bytes, and a guest on a
    /// busy machine may not read for a while.
    static let keyInterval = Duration.milliseconds(5)
    /// After that long without input the mouse is asked for what it could not tell, and once more; a guest on a busy
    /// machine may have been slower than the interval.
    static let patience = Duration.milliseconds(25)
    static let nudges = 2

    private let post: Post
    private let nudge: [Fleet.InputEvent]
    private let state = Mutex(State())

    /// - Parameter nudgesMouse: the guest has a PS/2 mouse, whose rest comes with the next event.
    init(nudgesMouse: Bool, post: @escaping Post) {
        self.post = post
        nudge = nudgesMouse ? [.relative(.x, 0)] : []
    }

    /// Adds input to the queue.
    ///
    /// - Parameter add: gives false where the queue has no room.
    /// - Returns: false when the input is lost: QEMU is down, or too much waits.
    func send(_ add: (inout InputQueue) -> Bool) -> Bool {
        state.withLock { state in
            guard !state.isStopped, add(&state.queue) else { return false }
            state.touched = .now
            state.nudges = Self.nudges
            if state.draining == nil {
                if state.touched >= state.readyAt, !give(&state) { return false }
                if !state.queue.isEmpty { state.draining = Task { await self.drain() } }
            }
            if state.settling == nil, !nudge.isEmpty { state.settling = Task { await self.settle() } }
            return true
        }
    }

    /// Forgets what waits.
    func clear() { state.withLock { $0.queue.clear() } }

    /// Takes no more input, and returns when nothing is under way.
    func stop() async {
        let tasks = state.withLock { state in
            state.isStopped = true
            state.queue.clear()
            return [state.draining, state.settling]
        }
        for task in tasks {
            task?.cancel()
            await task?.value
        }
    }

    /// Gives the next batch. Under the lock, so that newer input cannot overtake it; posting does not wait.
    private func give(_ state: inout State) -> Bool {
        guard let batch = state.queue.next() else { return true }
        let isTaken = post(batch.events, batch.told)
        // What is for a QEMU that is down must not reach the next one.
        let pause = batch.hasKeys ? Self.keyInterval : Self.interval
        if isTaken { state.readyAt = .now + pause } else { state.queue.clear() }
        return isTaken
    }

    private func drain() async {
        while true {
            let readyAt = state.withLock { state -> ContinuousClock.Instant? in
                if state.queue.isEmpty { state.draining = nil }
                return state.queue.isEmpty ? nil : state.readyAt
            }
            guard let readyAt else { return }
            try? await Task.sleep(until: readyAt, tolerance: .zero)
            state.withLock { _ = give(&$0) }
        }
    }

    private func settle() async {
        while true {
            try? await Task.sleep(for: Self.patience)
            let isOver = state.withLock { state in
                let isQuiet = state.queue.isEmpty && .now - state.touched >= Self.patience
                if isQuiet, !state.isStopped {
                    _ = post(nudge, nil)
                    state.nudges -= 1
                }
                let isOver = state.isStopped || state.nudges <= 0
                if isOver { state.settling = nil }
                return isOver
            }
            if isOver { return }
        }
    }
}
