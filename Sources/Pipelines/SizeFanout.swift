import Synchronization

/// Tells any number of readers the picture's size: the one known, and every change.
final class SizeFanout: Sendable {
    private struct State {
        var known: FrameSize?
        var readers: [AsyncStream<FrameSize>.Continuation] = []
        var finished = false
    }

    private let state = Mutex(State())

    func subscribe() -> AsyncStream<FrameSize> {
        // Only the newest size matters to a reader that is late.
        let (stream, continuation) = AsyncStream.makeStream(of: FrameSize.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            if let known = state.known { continuation.yield(known) }
            if state.finished { continuation.finish() } else { state.readers.append(continuation) }
        }
        return stream
    }

    func send(_ size: FrameSize) {
        state.withLock { state in
            state.known = size
            for reader in state.readers { reader.yield(size) }
        }
    }

    func finish() {
        state.withLock { state in
            state.finished = true
            for reader in state.readers { reader.finish() }
            state.readers = []
        }
    }
}
