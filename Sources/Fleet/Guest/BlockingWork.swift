import Dispatch

/// Runs short blocking calls beside the cooperative threads, which must never block.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "loco.blocking", attributes: .concurrent)

    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
