import NIOCore
import NIOWebSocket

/// One signaling socket of ours behind the handshake: registers, pings as the page does, answers pings, counts what comes.
/// It runs on the channel's event loop only.
final class CrowdSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let counts: SignalCounts
    private let registered: EventLoopPromise<Void>
    private let pingInterval: TimeAmount
    private var context: ChannelHandlerContext?
    private var pinging: Scheduled<Void>?
    /// Whether this side wanted the end.
    private var isLeaving = false

    /// - Parameters:
    ///   - registered: succeeds with the hub's word; fails where the socket ends before.
    ///   - pingInterval: between two `__ping` messages.
    init(counts: SignalCounts, registered: EventLoopPromise<Void>, pingInterval: TimeAmount) {
        self.counts = counts
        self.registered = registered
        self.pingInterval = pingInterval
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    /// Registers. Not before the handshake's own handlers have left: they refuse what is written meanwhile.
    func begin() {
        guard context != nil else { return registered.fail(ChannelError.eof) }
        write(.text, "{\"type\":\"register\"}")
        // Not all in the same moment, however they were opened.
        schedulePing(after: .nanoseconds(.random(in: 0...pingInterval.nanoseconds)))
    }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text:
            let text = String(buffer: frame.unmaskedData)
            counts.note(text)
            if text.contains("\"type\":\"registered\"") { registered.succeed() }
        case .ping: write(.pong, frame.unmaskedData)
        case .connectionClose:
            if !isLeaving { write(.connectionClose, frame.unmaskedData) }
            context.close(promise: nil)
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Sends messages at once.
    func send(_ texts: [String]) {
        guard let context else { return }
        for text in texts {
            context.write(wrapOutboundOut(frame(.text, context.channel.allocator.buffer(string: text))), promise: nil)
        }
        context.flush()
    }

    /// Says goodbye; the hub ends the connection.
    func leave() {
        guard let context, !isLeaving else { return }
        isLeaving = true
        var code = context.channel.allocator.buffer(capacity: 2)
        code.writeInteger(UInt16(1000))
        write(.connectionClose, code)
    }

    private func schedulePing(after delay: TimeAmount) {
        guard let context else { return }
        pinging = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            guard let self, self.context != nil else { return }
            self.write(.text, "{\"type\":\"__ping\",\"ts\":1}")
            self.schedulePing(after: self.pingInterval)
        }
    }

    private func write(_ opcode: WebSocketOpcode, _ text: String) {
        guard let context else { return }
        write(opcode, context.channel.allocator.buffer(string: text))
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(frame(opcode, data)), promise: nil)
    }

    private func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    }

    private func finish() {
        guard context != nil else { return }
        context = nil
        pinging?.cancel()
        if !isLeaving { counts.noteClosed() }
        registered.fail(ChannelError.eof)
    }
}
