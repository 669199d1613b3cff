import Synchronization

/// Holds a source's newest set and hands it to every reader, first at once and then whenever it changes.
public final class InstanceBoard: Sendable {
    private struct State {
        var instances: [Instance]?
        var readers: [Int: AsyncStream<[Instance]>.Continuation] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    /// A board with nothing on it.
    public init() {}

    /// The newest set; nil before the first.
    public var instances: [Instance]? { state.withLock { $0.instances } }

    /// The set, now where there is one and after every change; each call is a reader of its own.
    public func updates() -> AsyncStream<[Instance]> {
        let (stream, continuation) = AsyncStream<[Instance]>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.next += 1
            state.readers[state.next] = continuation
            if let instances = state.instances { continuation.yield(instances) }
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.readers.removeValue(forKey: id) }
        }
        return stream
    }

    /// Replaces the set; readers hear of it where it differs.
    public func publish(_ instances: [Instance]) {
        state.withLock { state in
            guard state.instances != instances else { return }
            state.instances = instances
            for reader in state.readers.values { reader.yield(instances) }
        }
    }

    /// Ends the readers' streams.
    public func finish() {
        let readers = state.withLock { state in
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        // Outside the lock: ending a stream calls its termination handler, which takes the lock.
        for reader in readers { reader.finish() }
    }
}
