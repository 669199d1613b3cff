import NIOCore
import Synchronization

/// One open WebSocket, whichever side opened it. Text messages come in through ``messages`` and go out through
/// ``send(_:)-(String)``, which never waits: a peer that does not read is closed when its queue is full. A socket that
/// carries a stream of bytes has ``bytes`` and ``send(_:)-(ByteBuffer)`` instead, which waits.
final class WebSocketConnection: Sendable {
    /// Incoming text messages, bounded: when the reader is slow the socket stops being read.
    /// It can be iterated once. It ends when the socket closes.
    typealias Messages = NIOAsyncSequenceProducer<
        String, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, WebSocketReadDelegate
    >

    /// Incoming binary messages of a socket that carries a stream of bytes, bounded likewise. It can be iterated once.
    typealias Bytes = NIOAsyncSequenceProducer<
        ByteBuffer, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, WebSocketReadDelegate
    >

    /// A random id, unique in this process; it names the socket in logs.
    let id: String
    /// The peer's address, as `127.0.0.1:12345`; `nil` when the system does not say.
    let remoteAddress: String?
    /// Incoming messages; see ``Messages``. A binary message is delivered as text, its bytes read as UTF-8
    /// with replacement characters, so that it is the handler which refuses it.
    let messages: Messages
    /// Incoming bytes where ``WebSocketLimits/carriesBytes``; otherwise it has ended already.
    let bytes: Bytes

    private let channel: any Channel
    private let queue: WebSocketQueue
    private let handler: NIOLoopBound<WebSocketHandler>

    init(id: String, channel: any Channel, inbox: WebSocketInbox, queue: WebSocketQueue, handler: WebSocketHandler) {
        self.id = id
        self.channel = channel
        self.remoteAddress = channel.remoteAddress.flatMap { address in
            address.ipAddress.map { "\($0):\(address.port ?? 0)" }
        }
        messages = inbox.messages
        bytes = inbox.bytes
        self.queue = queue
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    /// True once the socket is closing or closed: nothing sent from now on is delivered.
    var isClosed: Bool { queue.closeReason != nil }

    /// Why the socket closed, `nil` while it is open.
    var closeReason: WebSocketCloseReason? { queue.closeReason }

    /// What the peer's close frame said besides its code; empty while there was none.
    var closeText: String { queue.peerText }

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

    /// Sends bytes as binary messages and waits until they are on their way, which is the back-pressure: a peer that does
    /// not read holds up its sender. One that does not read at all is closed for the pings it leaves unanswered.
    /// - Returns: false when the socket is closed.
    func send(_ bytes: ByteBuffer) async -> Bool {
        var rest = bytes
        while let part = rest.readSlice(length: min(rest.readableBytes, Self.partLimit)), part.readableBytes > 0 {
            guard !isClosed else { return false }
            let promise = channel.eventLoop.makePromise(of: Void.self)
            let handler = handler
            channel.eventLoop.execute { handler.value.send(part, promise: promise) }
            do { try await promise.futureResult.get() } catch { return false }
        }
        return true
    }

    /// No message is larger than what the other side takes by default.
    private static let partLimit = WebSocketLimits().maxMessageBytes

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
