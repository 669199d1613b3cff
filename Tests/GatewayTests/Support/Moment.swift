import Synchronization

/// A moment that is noted in one task and read in another.
final class Moment: Sendable {
    private let state = Mutex(ContinuousClock.now)
    var value: ContinuousClock.Instant { state.withLock { $0 } }
    func set(_ moment: ContinuousClock.Instant) { state.withLock { $0 = moment } }
}

/// Tasks that end with their holder.
final class Tasks: Sendable {
    private let state = Mutex<[Task<Void, any Error>]>([])
    func add(_ task: Task<Void, any Error>) { state.withLock { $0.append(task) } }
    deinit { for task in state.withLock({ $0 }) { task.cancel() } }
}

/// A count that tasks share.
final class Counter: Sendable {
    private let state = Mutex(0)
    var value: Int { state.withLock { $0 } }
    func add() { state.withLock { $0 += 1 } }
}
