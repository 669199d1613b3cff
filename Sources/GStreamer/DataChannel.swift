import CGStreamer

/// One data channel of a peer connection (RFC 8831), carrying text.
public final class DataChannel: Object, @unchecked Sendable {
    /// The label its creator gave it.
    public var label: String { (try? get("label").text) ?? "" }

    /// Bytes accepted by ``send(_:)`` that the peer has not taken yet.
    public var bufferedAmount: UInt64 {
        guard let value = try? get("buffered-amount").integer else { return 0 }
        return UInt64(max(0, value))
    }

    /// Whether the channel is open.
    public var isOpen: Bool {
        (try? get("ready-state").integer) == Int64(GST_WEBRTC_DATA_CHANNEL_STATE_OPEN.rawValue)
    }

    /// Calls `handler` with each text message, on a thread of the peer connection.
    public func onMessage(_ handler: @escaping @Sendable (String) -> Void) throws(GStreamerError) -> SignalConnection {
        try connect("on-message-string") { arguments in
            if let text = arguments[0]?.text { handler(text) }
        }
    }

    /// Calls `handler` once the channel opens.
    public func onOpen(_ handler: @escaping @Sendable () -> Void) throws(GStreamerError) -> SignalConnection {
        try connect("on-open") { _ in handler() }
    }

    /// Calls `handler` once the channel closes.
    public func onClose(_ handler: @escaping @Sendable () -> Void) throws(GStreamerError) -> SignalConnection {
        try connect("on-close") { _ in handler() }
    }

    /// Calls `handler` when the channel breaks; it closes then.
    public func onError(_ handler: @escaping @Sendable () -> Void) throws(GStreamerError) -> SignalConnection {
        try connect("on-error") { _ in handler() }
    }

    /// Sends a text message. May block while the peer's window is full: look at ``bufferedAmount`` first, and call it
    /// off the peer connection's threads.
    public func send(_ text: String) { gst_webrtc_data_channel_send_string(channel, text) }

    /// Starts closing the channel.
    public func close() { gst_webrtc_data_channel_close(channel) }

    private var channel: OpaquePointer { OpaquePointer(pointer) }
}
