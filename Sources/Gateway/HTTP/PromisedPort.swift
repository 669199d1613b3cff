import NIOCore
import NIOPosix

/// The port of a service that may not listen yet, or may never: whoever waits is told either way, also when the service
/// goes before it ran.
final class PromisedPort: Sendable {
    private let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Int.self)

    deinit { promise.fail(CancellationError()) }

    /// The port, once it is known.
    var value: Int {
        get async throws { try await promise.futureResult.get() }
    }

    /// The service listens.
    func succeed(_ port: Int) { promise.succeed(port) }

    /// The service does not, or no longer, listen.
    func fail(_ error: any Error) { promise.fail(error) }
}
