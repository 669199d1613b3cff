/// Waits for conditions, with deadlines.
enum Patience {
    /// Looks every few milliseconds until the condition holds.
    ///
    /// - Throws: `failure` after that many seconds, or `CancellationError`.
    static func wait(
        seconds: Int, isolation: isolated (any Actor)? = #isolation, for condition: () throws -> Bool,
        otherwise failure: () -> BenchError
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try !condition() {
            guard ContinuousClock.now < deadline else { throw failure() }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
