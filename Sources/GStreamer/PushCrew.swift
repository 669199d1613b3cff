import Foundation
import Synchronization

/// The threads that push samples into pipelines: few, however many pipelines there are. All viewers of a frame cost
/// them one or two wake-ups, where a thread for each costs as many as there are viewers.
///
/// A source is pushed by one thread at a time. A push that blocks keeps its thread, and another takes that one's place:
/// a pipeline that hangs holds up no other.
public final class PushCrew: Sendable {
    /// Feeds viewers.
    public static let viewers = PushCrew(name: "viewer-feed")

    /// A push that takes longer, in nanoseconds, is thought to be blocked. It takes well under a millisecond.
    static let patience: UInt64 = 20_000_000
    /// Threads at most, those that are blocked included.
    static let most = 256

    /// One thread; its fields are its crew's, and touched under the crew's lock.
    fileprivate final class Worker: @unchecked Sendable {
        let bell = DispatchSemaphore(value: 0)
        /// When it was called or began its newest push.
        var since: UInt64
        var isPushing = false
        init(since: UInt64) { self.since = since }
    }

    fileprivate struct State {
        var ready: [PushSource] = []
        var awake: [Worker] = []
        var asleep: [Worker] = []
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
    ///   - width: threads that push at the same time.
    public init(name: String, width: Int = min(4, ProcessInfo.processInfo.activeProcessorCount)) {
        self.name = name
        self.width = max(1, width)
    }

    /// Threads that there are.
    var threads: Int { state.withLock { $0.awake.count + $0.asleep.count } }

    /// Has what waits in a source pushed; it is not on the list and not being pushed.
    func schedule(_ source: PushSource) {
        let call = state.withLock { state -> Call? in
            state.ready.append(source)
            return state.call(width: width, at: Runtime.now())
        }
        if let call { perform(call) }
    }

    /// Looks whether those on the list are held up by pushes that block. To be called where a source that is on it, or
    /// being pushed, got more.
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
        case push(PushSource, Call?)
        case sleep
        case end
    }

    private func work(_ worker: Worker) {
        while true {
            switch state.withLock({ $0.turn(of: worker, width: width, at: Runtime.now()) }) {
            case .push(let source, let call):
                // Whoever comes to help is on the way meanwhile.
                if let call { perform(call) }
                source.carry()
            case .sleep: worker.bell.wait()
            case .end: return
            }
        }
    }
}

extension PushCrew.State {
    /// Who is to come, if there is more to do than those who are awake can begin with.
    fileprivate mutating func call(width: Int, at now: UInt64) -> PushCrew.Call? {
        var (able, free) = (0, 0)
        for worker in awake where now < worker.since + PushCrew.patience {
            able += 1
            if !worker.isPushing { free += 1 }
        }
        guard able < width, free < ready.count else { return nil }
        if let worker = asleep.popLast() {
            worker.since = now
            awake.append(worker)
            return .ring(worker)
        }
        guard awake.count < PushCrew.most else { return nil }
        let worker = PushCrew.Worker(since: now)
        awake.append(worker)
        return .start(worker)
    }

    fileprivate mutating func turn(of worker: PushCrew.Worker, width: Int, at now: UInt64) -> PushCrew.Turn {
        worker.isPushing = false
        guard !ready.isEmpty else {
            awake.removeAll { $0 === worker }
            // One came in the place of one that was blocked.
            guard asleep.count < width else { return .end }
            asleep.append(worker)
            return .sleep
        }
        let source = ready.removeFirst()
        (worker.since, worker.isPushing) = (now, true)
        return .push(source, call(width: width, at: now))
    }
}
