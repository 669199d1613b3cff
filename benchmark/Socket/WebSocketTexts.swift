import NIOCore
import NIOWebSocket

/// The frames of one WebSocket: hands texts on, answers pings and the closing.
final class WebSocketTexts: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// The longest message taken, in bytes; a session description is a hundredth of it.
    private static let limit = 1 << 20
    private let onText: @Sendable (String) -> Void
    private let onEnd: @Sendable () -> Void
    private var waiting = ByteBuffer()

    init(onText: @escaping @Sendable (String) -> Void, onEnd: @escaping @Sendable () -> Void) {
        self.onText = onText
        self.onEnd = onEnd
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text, .continuation:
            var bytes = frame.unmaskedData
            waiting.writeBuffer(&bytes)
            guard waiting.readableBytes <= Self.limit else { return context.close(promise: nil) }
            guard frame.fin else { return }
            onText(String(buffer: waiting))
            waiting.clear()
        case .ping: reply(context, .pong, frame.unmaskedData, promise: nil)
        case .connectionClose:
            let promise = context.eventLoop.makePromise(of: Void.self)
            let channel = context.channel
            promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
            reply(context, .connectionClose, frame.unmaskedData, promise: promise)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        onEnd()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func reply(
        _ context: ChannelHandlerContext, _ opcode: WebSocketOpcode, _ data: ByteBuffer,
        promise: EventLoopPromise<Void>?
    ) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }
}
