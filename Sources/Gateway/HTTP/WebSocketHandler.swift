import Foundation
import NIOCore
import NIOWebSocket

/// The last word of the pipeline on a WebSocket: frames become messages, pings are sent and answered, limits are
/// kept, and the close handshake is done. It runs on the channel's event loop only.
///
/// On the server an HTTP handler is left behind it (nearer the tail), so it answers everything that comes from there
/// itself and lets nothing through.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Never
    typealias OutboundOut = WebSocketFrame

    /// Which end of the socket this is: a server requires masked frames, a client masks its own.
    enum Role {
        case server, client
    }

    private enum State {
        case open
        /// Our close frame is on its way, or the peer's was answered: only the end of the connection is awaited.
        case closing
        case closed
    }

    private let role: Role
    private let limits: WebSocketLimits
    private let queue: WebSocketQueue
    private let statistics: WebSocketStatistics?
    private var bucket: TokenBucket?
    private var context: ChannelHandlerContext?
    private var state = State.open
    private var assembler: WebSocketAssembler
    private var inbox: WebSocketInbox?
    private var readingPaused = false
    private var readerGone = false
    private var unansweredPings = 0
    private var pongPending = false
    private var lastRateNotice: ContinuousClock.Instant?
    private var pingTask: Scheduled<Void>?
    private var closeTask: Scheduled<Void>?

    private init(
        role: Role, limits: WebSocketLimits, queue: WebSocketQueue, statistics: WebSocketStatistics?
    ) {
        self.role = role
        self.limits = limits
        self.queue = queue
        self.statistics = statistics
        assembler = WebSocketAssembler(limit: limits.maxMessageBytes)
        bucket = limits.messageRate.map { TokenBucket(rate: $0.perSecond, burst: $0.burst, now: .now) }
    }

    /// Makes the handler and the connection that stands for it. Call it on the channel's event loop.
    static func make(
        channel: any Channel, role: Role, limits: WebSocketLimits, statistics: WebSocketStatistics? = nil
    ) -> (handler: WebSocketHandler, connection: WebSocketConnection) {
        let queue = WebSocketQueue(limits: limits)
        let handler = WebSocketHandler(role: role, limits: limits, queue: queue, statistics: statistics)
        // The delegate outlives the channel while somebody holds the sequence; the box is emptied at the end.
        let box = NIOLoopBoundBox<WebSocketHandler?>(handler, eventLoop: channel.eventLoop)
        channel.closeFuture.whenComplete { _ in box.value = nil }
        let nobody = NIOLoopBoundBox<WebSocketHandler?>(nil, eventLoop: channel.eventLoop)
        let inbox = WebSocketInbox(
            limits: limits, delegate: WebSocketReadDelegate(eventLoop: channel.eventLoop, handler: box),
            silent: WebSocketReadDelegate(eventLoop: channel.eventLoop, handler: nobody))
        handler.inbox = inbox
        let connection = WebSocketConnection(
            id: String(UInt64.random(in: .min ... .max), radix: 36), channel: channel, inbox: inbox, queue: queue,
            handler: handler)
        return (handler, connection)
    }

    // MARK: Called by the connection, on the event loop

    func send(_ text: String, bytes: Int) {
        guard state == .open, let context else { return queue.written(bytes: bytes) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        let queue = queue
        promise.futureResult.whenComplete { _ in queue.written(bytes: bytes) }
        write(.text, context.channel.allocator.buffer(string: text), promise: promise)
    }

    func send(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>) {
        guard state == .open else { return promise.fail(ChannelError.ioOnClosedChannel) }
        write(.binary, bytes, promise: promise)
    }

    func close(_ reason: WebSocketCloseReason) {
        guard state == .open, let context else { return }
        queue.close(reason)
        state = .closing
        finishMessages()
        pingTask?.cancel()
        guard let frame = reason.closeFrame else { return context.close(promise: nil) }
        var data = context.channel.allocator.buffer(capacity: 2 + frame.text.utf8.count)
        data.writeInteger(frame.code)
        data.writeBytes(frame.text.utf8.prefix(123))
        write(.connectionClose, data, promise: nil)
        closeTask = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.closeTimeout)) {
            context.close(promise: nil)
        }
    }

    func resumeReading() {
        guard readingPaused else { return }
        readingPaused = false
        context?.read()
    }

    func readerLeft() {
        readerGone = true
        resumeReading()
    }

    // MARK: ChannelHandler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        schedulePing(context)
        statistics?.recordOpened()
        if context.channel.isActive { context.read() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard state == .open else {
            // The peer's answer to our close frame ends it; whatever else is still on the wire is of no interest.
            if state == .closing, frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        guard (frame.maskKey != nil) == (role == .server) else {
            return close(.protocolError(code: 1002, reason: "frames of a client are masked, those of a server are not"))
        }
        guard frame.reservedBits.isEmpty else {
            return close(.protocolError(code: 1002, reason: "reserved bits set without an extension"))
        }
        switch frame.opcode {
        case .text, .binary, .continuation: receive(frame)
        case .ping: pong(frame.unmaskedData)
        case .pong: unansweredPings = 0
        case .connectionClose: receiveClose(frame.unmaskedData)
        default: close(.protocolError(code: 1002, reason: "unknown opcode"))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !readingPaused { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            close(.shutdown)
        case ChannelEvent.inputClosed:
            queue.close(.connectionLost)
            context.close(promise: nil)
        default:
            break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: close(.messageTooLarge)
        case is NIOWebSocketError: close(.protocolError(code: 1002, reason: "bad control frame"))
        default:
            queue.close(.connectionLost)
            context.close(promise: nil)
        }
    }

    func read(context: ChannelHandlerContext) {
        if !readingPaused { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.fail(ChannelError.inappropriateOperationForState)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .all:
            context.close(promise: promise)
        case .input:
            // The HTTP side was cancelled.
            close(.shutdown)
            promise?.succeed()
        case .output:
            promise?.succeed()
        }
    }

    // MARK: Incoming

    private func receive(_ frame: WebSocketFrame) {
        switch assembler.receive(frame) {
        case .incomplete: break
        case .message(let data, let isText): deliver(data, isText: isText)
        case .refused(let reason): close(reason)
        }
    }

    private func deliver(_ data: ByteBuffer, isText: Bool) {
        if bucket?.take(at: .now) == false { return refuseForRate() }
        guard !readerGone, let inbox else { return }
        switch inbox.deliver(data, isText: isText) {
        case .taken: break
        case .full: readingPaused = true
        case .abandoned: readerGone = true
        case .refused(let reason): close(reason)
        }
    }

    private func refuseForRate() {
        statistics?.recordRateLimited()
        let now = ContinuousClock.now
        if let lastRateNotice, now - lastRateNotice < .seconds(1) { return }
        lastRateNotice = now
        let limit = Int(limits.messageRate?.perSecond ?? 0)
        let text = #"{"type":"error","code":"rate-limited","message":"more than \#(limit) messages a second: dropped"}"#
        if queue.admit(bytes: text.utf8.count) == .admitted { send(text, bytes: text.utf8.count) }
    }

    private func receiveClose(_ data: ByteBuffer) {
        var data = data
        let code = data.readInteger(as: UInt16.self) ?? 1005
        queue.peerText = String(buffer: data)
        close(.peer(code: code))
        // The server ends the connection once its answer is out; a client waits for that.
        if role == .server { context?.close(promise: nil) }
    }

    // MARK: Outgoing

    private func schedulePing(_ context: ChannelHandlerContext) {
        pingTask = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.pingInterval)) {
            [weak self] in self?.ping()
        }
    }

    private func ping() {
        guard state == .open, let context else { return }
        schedulePing(context)
        // Not reading because of our own reader is no fault of the peer's.
        guard !readingPaused else { return }
        guard unansweredPings < 2 else { return close(.pongTimeout) }
        unansweredPings += 1
        write(.ping, context.channel.allocator.buffer(capacity: 0), promise: nil)
    }

    private func pong(_ data: ByteBuffer) {
        // One answer at a time: a flood of pings cannot fill the outbound buffer.
        guard !pongPending, let context else { return }
        pongPending = true
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.pongPending = false }
        write(.pong, data, promise: promise)
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, promise: EventLoopPromise<Void>?) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: role == .client ? .random() : nil, data: data)
        context?.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }

    // MARK: The end

    private func finishMessages() {
        inbox?.finish()
        inbox = nil
    }

    private func finish() {
        guard state != .closed else { return }
        state = .closed
        queue.close(.connectionLost)
        finishMessages()
        pingTask?.cancel()
        closeTask?.cancel()
        context = nil
        statistics?.recordClosed(queue.closeReason ?? .connectionLost)
    }
}
