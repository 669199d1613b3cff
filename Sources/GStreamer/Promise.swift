import CGStreamer
import Dispatch
import Synchronization

/// Bridges one `GstPromise` to one continuation, with a deadline.
///
/// Nobody waits on the promise itself: its change function resumes the continuation on whatever thread answers it, so
/// an operation may be started from any context without the deadlock of `gst_promise_wait` inside a callback.
final class Promise: Sendable {
    private let operation: String
    private let waiting: Mutex<CheckedContinuation<Structure, any Error>?>

    private init(operation: String, _ continuation: CheckedContinuation<Structure, any Error>) {
        self.operation = operation
        waiting = Mutex(continuation)
    }

    /// Starts an operation with a fresh promise and returns its reply.
    ///
    /// - Parameter start: lends the promise to the operation, which refs it.
    /// - Throws: `promiseFailed`, `timedOut`, or what `start` throws.
    static func reply(
        to operation: String, within seconds: Double,
        _ start: (UnsafeMutablePointer<GstPromise>) throws -> Void
    ) async throws -> Structure {
        try await withCheckedThrowingContinuation { continuation in
            let bridge = Promise(operation: operation, continuation)
            // The promise's reference to the bridge; released by its destroy notify.
            let promise = gst_promise_new_with_change_func(
                promiseChanged, Unmanaged.passRetained(bridge).toOpaque(), bridgeReleased)!
            // The operation keeps a reference of its own for as long as it needs one.
            defer { gst_promise_unref(promise) }
            do { try start(promise) } catch { bridge.finish(.failure(error)) }
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
                bridge.finish(.failure(GStreamerError.timedOut(operation: operation)))
            }
        }
    }

    func changed(_ promise: UnsafeMutablePointer<GstPromise>) {
        switch gst_promise_wait(promise) {  // Settled already: returns at once.
        case GST_PROMISE_RESULT_REPLIED:
            let reply = gst_promise_get_reply(promise).map(Structure.init(reading:)) ?? Structure("empty")
            if let error = reply["error"] {
                finish(.failure(GStreamerError.promiseFailed(operation: operation, reason: "\(error)")))
            } else {
                finish(.success(reply))
            }
        case GST_PROMISE_RESULT_EXPIRED:
            finish(.failure(GStreamerError.promiseFailed(operation: operation, reason: "expired")))
        default: finish(.failure(GStreamerError.promiseFailed(operation: operation, reason: "interrupted")))
        }
    }

    private func finish(_ result: Result<Structure, any Error>) {
        let continuation = waiting.withLock { held in
            defer { held = nil }
            return held
        }
        continuation?.resume(with: result)
    }
}

private func promiseChanged(promise: UnsafeMutablePointer<GstPromise>?, data: gpointer?) {
    guard let promise, let data else { return }
    Unmanaged<Promise>.fromOpaque(data).takeUnretainedValue().changed(promise)
}

private func bridgeReleased(data: gpointer?) {
    if let data { Unmanaged<Promise>.fromOpaque(data).release() }
}
