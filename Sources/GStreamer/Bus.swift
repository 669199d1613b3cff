import CGStreamer
import Synchronization

/// A pipeline's bus as a bounded stream: messages become values on the thread that posts them; no main loop, no polling.
final class Bus: Sendable {
    let messages: AsyncStream<BusMessage>
    private let pipeline: Element
    private let handler: BusHandler

    init(of pipeline: Element) {
        self.pipeline = pipeline
        let (stream, continuation) = AsyncStream.makeStream(of: BusMessage.self, bufferingPolicy: .bufferingNewest(64))
        messages = stream
        handler = BusHandler(continuation)
        withBus {
            gst_bus_set_sync_handler($0, messagePosted, Unmanaged.passRetained(handler).toOpaque(), handlerReleased)
        }
    }

    /// The first error posted, for reports of a state change that failed.
    var firstError: String? { handler.firstError.withLock { $0 } }

    /// Drops what is queued and ends the stream.
    func close() {
        withBus {
            gst_bus_set_flushing($0, 1)
            gst_bus_set_sync_handler($0, nil, nil, nil)
        }
        handler.continuation.finish()
    }

    private func withBus(_ body: (UnsafeMutablePointer<GstBus>) -> Void) {
        guard let bus = gst_element_get_bus(pipeline.element) else { return }
        body(bus)
        gst_object_unref(bus)
    }
}

private final class BusHandler: Sendable {
    let continuation: AsyncStream<BusMessage>.Continuation
    let firstError = Mutex<String?>(nil)

    init(_ continuation: AsyncStream<BusMessage>.Continuation) { self.continuation = continuation }

    func handle(_ message: BusMessage) {
        if case .error(let source, let text, let debug) = message {
            firstError.withLock { $0 = $0 ?? "\(source): \(text)" + (debug.map { " (\($0))" } ?? "") }
        }
        continuation.yield(message)
    }
}

private func messagePosted(
    bus: UnsafeMutablePointer<GstBus>?, message: UnsafeMutablePointer<GstMessage>?, data: gpointer?
) -> GstBusSyncReply {
    if let message, let data {
        if let value = BusMessage(reading: message) {
            Unmanaged<BusHandler>.fromOpaque(data).takeUnretainedValue().handle(value)
        }
        gst_message_unref(message)
    }
    return GST_BUS_DROP
}

private func handlerReleased(data: gpointer?) {
    if let data { Unmanaged<BusHandler>.fromOpaque(data).release() }
}
