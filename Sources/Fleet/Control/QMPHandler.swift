import Foundation
import NIOCore

/// QMP on an event loop: lines to messages, commands to their answers by id, events to a bounded stream.
///
/// Everything here runs on the channel's event loop, which is what keeps commands in the order they were given.
final class QMPHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = QMPRequest
    typealias OutboundOut = ByteBuffer

    /// Commands that may wait for an answer at once.
    static let pendingLimit = 256
    /// Longest line accepted; `query-qmp-schema` answers with about 250 KiB.
    private static let lineLimit = 4 << 20

    private struct Pending {
        let request: QMPRequest
        let timeout: Scheduled<Void>
    }

    private let greeting: EventLoopPromise<String>
    private let events: AsyncStream<QMPEvent>.Continuation
    private var pending: [Int64: Pending] = [:]
    private var nextID: Int64 = 0
    private var line = ByteBuffer()

    init(greeting: EventLoopPromise<String>, events: AsyncStream<QMPEvent>.Continuation) {
        self.greeting = greeting
        self.events = events
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        line.writeBuffer(&incoming)
        while let length = line.readableBytesView.firstIndex(of: UInt8(ascii: "\n")).map({ $0 - line.readerIndex }) {
            let bytes = line.readBytes(length: length + 1) ?? []
            receive(Data(bytes), context)
        }
        line.discardReadBytes()
        if line.readableBytes > Self.lineLimit { fail(.malformed("a line without an end"), context) }
    }

    private func receive(_ bytes: Data, _ context: ChannelHandlerContext) {
        guard bytes.contains(where: { $0 > 32 }) else { return }
        do {
            switch try QMPMessage(line: bytes) {
            case .greeting(let version): greeting.succeed(version)
            case .event(let event): events.yield(event)
            case .result(let id, let value): take(id)?.promise?.succeed(value)
            case .failure(let id, let errorClass, let message):
                guard let request = take(id) else { return }
                request.promise?.fail(
                    QMPError.refused(command: request.command, errorClass: errorClass, message: message))
            }
        } catch {
            fail(error as? QMPError ?? .malformed("\(error)"), context)
        }
    }

    private func take(_ id: Int64?) -> QMPRequest? {
        guard let id, let found = pending.removeValue(forKey: id) else { return nil }
        found.timeout.cancel()
        return found.request
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = unwrapOutboundIn(data)
        guard pending.count < Self.pendingLimit else {
            let error = QMPError.tooManyPending(limit: Self.pendingLimit)
            request.promise?.fail(error)
            promise?.fail(error)
            return
        }
        nextID += 1
        let id = nextID
        var buffer = context.channel.allocator.buffer(capacity: 256)
        do {
            try request.encode(id: id, into: &buffer)
        } catch {
            request.promise?.fail(error)
            promise?.fail(error)
            return
        }
        let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let timeout = context.eventLoop.scheduleTask(in: .init(request.deadline)) {
            loopBound.value.expire(id)
        }
        pending[id] = Pending(request: request, timeout: timeout)
        context.write(wrapOutboundOut(buffer), promise: promise)
    }

    private func expire(_ id: Int64) {
        guard let found = pending.removeValue(forKey: id) else { return }
        let request = found.request
        request.promise?.fail(QMPError.timedOut(command: request.command, after: request.deadline))
    }

    private func fail(_ error: QMPError, _ context: ChannelHandlerContext) {
        finish(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.closed)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(.closed, context)
    }

    private func finish(_ error: QMPError) {
        greeting.fail(error)
        let waiting = pending
        pending.removeAll()
        for entry in waiting.values {
            entry.timeout.cancel()
            entry.request.promise?.fail(error)
        }
        events.finish()
    }
}
