import NIOCore
import Signaling

/// Carries a ``TURNInquiry`` over a channel of bytes.
final class TURNInquiryHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A message that is not answered goes again after this, where messages can get lost.
    private static let patience = TimeAmount.milliseconds(500)

    private var inquiry: TURNInquiry
    private let repeats: Bool
    private let verdict: EventLoopPromise<TURNVerdict>
    private var received: [UInt8] = []
    private var unanswered: [UInt8] = []
    private var repeating: RepeatedTask?

    /// - Parameters:
    ///   - repeats: whether messages can get lost on this channel.
    init(_ inquiry: TURNInquiry, repeats: Bool, verdict: EventLoopPromise<TURNVerdict>) {
        self.inquiry = inquiry
        self.repeats = repeats
        self.verdict = verdict
    }

    func channelActive(context: ChannelHandlerContext) {
        ask(inquiry.opening, context)
        guard repeats else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        repeating = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.patience, delay: Self.patience) { _ in
            let (handler, context) = bound.value
            handler.ask(handler.unanswered, context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        while let length = TURNInquiry.messageLength(received), received.count >= length {
            let message = Array(received.prefix(length))
            received.removeFirst(length)
            switch inquiry.received(message) {
            case .ask(let bytes): ask(bytes, context)
            case .end(let found, let goodbye):
                if let goodbye { send(goodbye, context) }
                verdict.succeed(found)
                context.close(promise: nil)
                return
            case .wait: break
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        repeating?.cancel()
        verdict.succeed(.unreachable("it ended the connection"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        verdict.succeed(.unreachable("\(error)"))
        context.close(promise: nil)
    }

    private func ask(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        unanswered = bytes
        send(bytes, context)
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
}
