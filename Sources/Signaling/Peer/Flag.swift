/// Lets a task wait, with a deadline, for a condition that callbacks on other threads announce.
struct Flag: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

    /// Says that the condition may hold now.
    func signal() { continuation.yield() }

    /// Waits until the condition holds or the time is up. To be called once.
    func wait(seconds: Double, until condition: @Sendable () -> Bool) async {
        let continuation = continuation
        let deadline = Task {
            try? await Task.sleep(for: .seconds(seconds))
            continuation.finish()
        }
        if !condition() {
            for await _ in stream where condition() { break }
        }
        deadline.cancel()
    }
}
