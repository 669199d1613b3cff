import Foundation
import Synchronization

/// The threads that carry samples to viewers: few, however many viewers there are. All viewers of a frame cost
/// them one or two wake-ups, where a thread for each costs as many as there are viewers.
///
/// A queue is carried by one thread at a time. A carrying that blocks keeps its thread, and another takes that one's place:
/// a viewer that hangs holds up no other.
public final class FeedCrew: Sendable {
    /// Feeds viewers.
    public static let viewers = FeedCrew(name: "viewer-feed")

    /// What takes longer, in nanoseconds, is thought to be blocked. It takes well under a millisecond.
    static let patience: UInt64 = 20_000_000
    /// Threads at most, those that are blocked included.
    static let most = 256

    /// One thread; its fields are its crew's, and touched under the crew's lock.
    fileprivate final class Worker: @unchecked Sendable {
        let bell = DispatchSemaphore(value: 0)
        /// When it was called or began to carry its newest queue.
        var since: UInt64
        var isCarrying = false
        init(since: UInt64) { self.since = since }
    }

    fileprivate struct State {
        var ready: [FeedQueue] = []
        var awake: [Worker] = []
        var asleep: [Worker] = []
        /// How many are giving several queues something.
        var gathering = 0
    }

    fileprivate enum Call: Sendable {
        case ring(Worker)
        case start(Worker)
    }

    private let name: String
    private let width: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - name: the threads' name.
    ///   - width: threads that carry at the same time.
    public init(name: String, width: Int = min(4, ProcessInfo.processInfo.activeProcessorCount)) {
        self.name = name
        self.width = max(1, width)
    }

    /// Threads that there are.
    var threads: Int { state.withLock { $0.awake.count + $0.asleep.count } }

    /// Lets several queues get something before a thread is called to carry it. Called for each, a thread that is quicker than
    /// whoever gives would fall asleep in between and be woken as often as there are viewers.
    public func gather(_ give: () -> Void) {
        state.withLock { $0.gathering += 1 }
        give()
        let call = state.withLock { state in
            state.gathering -= 1
            return state.call(width: width, at: Runtime.now())
        }
        if let call { perform(call) }
    }

    /// Has what waits in a queue carried; it is not on the list and not being carried.
    func schedule(_ queue: FeedQueue) {
        let call = state.withLock { state -> Call? in
            state.ready.append(queue)
            return state.call(width: width, at: Runtime.now())
        }
        if let call { perform(call) }
    }

    /// Looks whether those on the list are held up by something that blocks. To be called where a queue that is on it,
    /// or being carried, got more.
    func look() {
        let call = state.withLock { $0.call(width: width, at: Runtime.now()) }
        if let call { perform(call) }
    }

    private func perform(_ call: Call) {
        switch call {
        case .ring(let worker): worker.bell.signal()
        case .start(let worker):
            let thread = Thread { [self] in
                // From within: a name given before the start never reaches the kernel, and with it `top`.
                Thread.current.name = name
                work(worker)
            }
            thread.start()
        }
    }

    fileprivate enum Turn: Sendable {
        case carry(FeedQueue, Call?)
        case sleep
        case end
    }

    private func work(_ worker: Worker) {
        while true {
            switch state.withLock({ $0.turn(of: worker, width: width, at: Runtime.now()) }) {
            case .carry(let queue, let call):
                // Whoever comes to help is on the way meanwhile.
                if let call { perform(call) }
                queue.carry()
            case .sleep: worker.bell.wait()
            case .end: return
            }
        }
    }
}

extension FeedCrew.State {
    /// Who is to come, if there is more to do than those who are awake can begin with.
    fileprivate mutating func call(width: Int, at now: UInt64) -> FeedCrew.Call? {
        var (able, free) = (0, 0)
        for worker in awake where now < worker.since + FeedCrew.patience {
            able += 1
            if !worker.isCarrying { free += 1 }
        }
        guard gathering == 0, able < width, free < ready.count else { return nil }
        if let worker = asleep.popLast() {
            worker.since = now
            awake.append(worker)
            return .ring(worker)
        }
        guard awake.count < FeedCrew.most else { return nil }
        let worker = FeedCrew.Worker(since: now)
        awake.append(worker)
        return .start(worker)
    }

    fileprivate mutating func turn(of worker: FeedCrew.Worker, width: Int, at now: UInt64) -> FeedCrew.Turn {
        worker.isCarrying = false
        guard !ready.isEmpty else {
            awake.removeAll { $0 === worker }
            // One came in the place of one that was blocked.
            guard asleep.count < width else { return .end }
            asleep.append(worker)
            return .sleep
        }
        let queue = ready.removeFirst()
        (worker.since, worker.isCarrying) = (now, true)
        return .carry(queue, call(width: width, at: now))
    }
}
