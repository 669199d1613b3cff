import Synchronization

/// The first of the failures that callbacks report, for whoever can throw it.
final class FirstFailure: Sendable {
    private let reason = Mutex<String?>(nil)

    func note(_ text: String) { reason.withLock { $0 = $0 ?? text } }

    /// - Throws: `BenchError.childFailed`.
    func check(_ what: String = "the stream") throws {
        if let reason = reason.withLock({ $0 }) { throw BenchError.childFailed(what: what, reason: reason) }
    }
}
