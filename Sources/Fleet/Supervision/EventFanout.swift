import Synchronization

/// One source of events, any number of readers, each with its own bounded queue (the newest are kept).
public final class EventFanout<Event: Sendable>: Sendable {
    private struct State {
        var readers: [Int: AsyncStream<Event>.Continuation] = [:]
        var next = 0
        var finished = false
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: events kept for a reader that is slow.
    public init(capacity: Int = 64) {
        self.capacity = capacity
    }

    /// A new reader: it sees what is sent from now on.
    ///
    /// - Parameter first: what it sees before that; part of what is kept for it.
    public func subscribe(after first: [Event] = []) -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(capacity))
        for event in first { continuation.yield(event) }
        let id = state.withLock { state -> Int? in
            guard !state.finished else { return nil }
            state.next += 1
            state.readers[state.next] = continuation
            return state.next
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.readers.removeValue(forKey: id) }
        }
        return stream
    }

    /// Hands an event to every reader; never waits.
    public func send(_ event: Event) {
        for reader in state.withLock({ Array($0.readers.values) }) { reader.yield(event) }
    }

    /// Ends every reader's stream.
    public func finish() {
        let readers = state.withLock { state in
            state.finished = true
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }
}
