import NIOCore
import Synchronization

/// One open WebSocket, whichever side opened it. Text messages come in through ``messages`` and go out through
/// ``send(_:)``, which never waits: a peer that does not read is closed when its queue is full.
final class WebSocketConnection: Sendable {
    /// Incoming text messages, bounded: when the reader is slow the socket stops being read.
    /// It can be iterated once. It ends when the socket closes.
    typealias Messages = NIOAsyncSequenceProducer<
        String, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, WebSocketReadDelegate
    >

    /// A random id, unique in this process; it names the socket in logs.
    let id: String
    /// The peer's address, as `127.0.0.1:12345`; `nil` when the system does not say.
    let remoteAddress: String?
    /// Incoming messages; see ``Messages``. A binary message is delivered as text, its bytes read as UTF-8
    /// with replacement characters, so that it is the handler which refuses it.
    let messages: Messages

    private let channel: any Channel
    private let queue: WebSocketQueue
    private let handler: NIOLoopBound<WebSocketHandler>

    init(id: String, channel: any Channel, messages: Messages, queue: WebSocketQueue, handler: WebSocketHandler) {
        self.id = id
        self.channel = channel
        self.remoteAddress = channel.remoteAddress.flatMap { address in
            address.ipAddress.map { "\($0):\(address.port ?? 0)" }
        }
        self.messages = messages
        self.queue = queue
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    /// True once the socket is closing or closed: nothing sent from now on is delivered.
    var isClosed: Bool { queue.closeReason != nil }

    /// Why the socket closed, `nil` while it is open.
    var closeReason: WebSocketCloseReason? { queue.closeReason }

    /// Messages waiting to be written to the peer.
    var queuedMessages: Int { queue.count }

    /// Queues a text message. Returns false when the socket is closed, or when this message did not fit, in which
    /// case the socket is closed with 1013.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = text.utf8.count
        switch queue.admit(bytes: bytes) {
        case .closed:
            return false
        case .overflow:
            finish(.slowReader)
            return false
        case .admitted:
            let handler = handler
            channel.eventLoop.execute { handler.value.send(text, bytes: bytes) }
            return true
        }
    }

    /// Closes with a close frame; the connection is cut if the peer does not answer it in time.
    /// - Parameters:
    ///   - code: a close code of RFC 6455, 1000 for a normal end.
    ///   - reason: at most 123 bytes of text for the peer; a longer one is cut.
    func close(code: UInt16 = 1000, reason: String = "") {
        finish(.local(code: code, reason: reason))
    }

    /// Waits until the connection is gone, and says why.
    func waitUntilClosed() async -> WebSocketCloseReason {
        _ = try? await channel.closeFuture.get()
        return queue.closeReason ?? .connectionLost
    }

    private func finish(_ reason: WebSocketCloseReason) {
        let handler = handler
        channel.eventLoop.execute { handler.value.close(reason) }
    }
}
