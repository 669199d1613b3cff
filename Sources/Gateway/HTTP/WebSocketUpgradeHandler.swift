import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Turns an HTTP connection into a WebSocket at any request, not only its first (NIO's own upgrade handler leaves
/// the pipeline after the first one, and loses the head of a request it refuses).
///
/// It sits between NIO's HTTP codec and Hummingbird's. A request whose upgrade is granted is kept back until the
/// responses before it are written; then the HTTP handlers leave and the WebSocket's come in behind this one.
/// Every other request passes. Since the decoder stops at any upgrade request, also one we do not take (h2c),
/// the connection of such a request is closed after its response.
final class WebSocketUpgradeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case http
        /// An upgrade was granted; `complete` when its request has been read to the end.
        case granted(WebSocketUpgradePolicy.Grant, HTTPRequestHead, complete: Bool)
        /// The handlers are being exchanged; what arrives meanwhile is WebSocket bytes.
        case upgrading([NIOAny])
        case upgraded
    }

    /// What came out of the connection: a socket to serve, or `nil` when it stayed HTTP to its end.
    let outcome: EventLoopPromise<UpgradedWebSocket?>

    private let policy: WebSocketUpgradePolicy
    private let statistics: WebSocketStatistics
    /// Removed on upgrade: the decoder first, then the rest.
    private let decoder: any RemovableChannelHandler
    private let others: [any RemovableChannelHandler]
    private var state = State.http
    private var responsesOwed = 0
    private var closeAfterResponse = false

    init(
        policy: WebSocketUpgradePolicy, statistics: WebSocketStatistics, outcome: EventLoopPromise<UpgradedWebSocket?>,
        decoder: any RemovableChannelHandler, others: [any RemovableChannelHandler]
    ) {
        self.policy = policy
        self.statistics = statistics
        self.outcome = outcome
        self.decoder = decoder
        self.others = others
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .upgraded:
            context.fireChannelRead(data)
        case .upgrading(let buffered):
            state = .upgrading(buffered + [data])
        case .granted(let grant, let head, _):
            guard case .end = unwrapInboundIn(data) else { return }
            state = .granted(grant, head, complete: true)
            upgradeIfReady(context: context)
        case .http:
            receive(unwrapInboundIn(data), context: context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch state {
        case .upgrading, .upgraded:
            context.write(data, promise: promise)
        case .http, .granted:
            var part = unwrapOutboundIn(data)
            if closeAfterResponse, case .head(var head) = part {
                head.headers.replaceOrAdd(name: "connection", value: "close")
                part = .head(head)
            }
            context.write(wrapOutboundOut(part), promise: promise)
            if case .end = part {
                responsesOwed -= 1
                upgradeIfReady(context: context)
            }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { outcome.succeed(nil) }

    func channelInactive(context: ChannelHandlerContext) {
        // Succeeding twice is harmless: the first one counts.
        outcome.succeed(nil)
        context.fireChannelInactive()
    }

    private func receive(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        guard case .head(var head) = part else { return context.fireChannelRead(wrapInboundOut(part)) }
        let remote = context.channel.remoteAddress.flatMap { address in
            address.ipAddress.map { "\($0):\(address.port ?? 0)" }
        }
        if let grant = policy.grant(head, remoteAddress: remote) {
            state = .granted(grant, head, complete: false)
            return
        }
        responsesOwed += 1
        if head.headers.contains(name: "upgrade") || head.method == .CONNECT {
            if head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }) {
                statistics.recordRefused()
            }
            // Hummingbird ends its loop on a request that says so.
            closeAfterResponse = true
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    private func upgradeIfReady(context: ChannelHandlerContext) {
        guard case .granted(let grant, let head, complete: true) = state, responsesOwed == 0 else { return }
        state = .upgrading([])
        let pipeline = context.pipeline.syncOperations
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let subprotocol = WebSocketUpgradePolicy.subprotocol(head, of: grant.route)
        let extra = HTTPHeaders(subprotocol.map { [("Sec-WebSocket-Protocol", $0)] } ?? [])
        // The key and version were checked before the grant, so that this only computes the answer to the key.
        NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(extra) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        .buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
        .assumeIsolated()
        .flatMap { headers in
            // The decoder hands over the bytes it read ahead when it leaves; they arrive here and are kept.
            pipeline.removeHandler(self.decoder).map { headers }
        }
        .flatMap { headers -> EventLoopFuture<Void> in
            let head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
            return context.writeAndFlush(self.wrapOutboundOut(.head(head)))
        }
        .flatMap {
            EventLoopFuture.andAllSucceed(
                self.others.map { pipeline.removeHandler($0) }, on: context.eventLoop)
        }
        .nonisolated()
        .whenComplete { result in
            let (handler, context) = bound.value
            handler.finishUpgrade(result, grant: grant, context: context)
        }
    }

    private func finishUpgrade(
        _ result: Result<Void, any Error>, grant: WebSocketUpgradePolicy.Grant, context: ChannelHandlerContext
    ) {
        guard case .upgrading(let buffered) = state, case .success = result, context.channel.isActive else {
            outcome.succeed(nil)
            return context.close(promise: nil)
        }
        let (handler, connection) = WebSocketHandler.make(
            channel: context.channel, role: .server, limits: grant.route.limits, statistics: statistics)
        let frames = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: grant.route.limits.maxMessageBytes))
        do {
            try context.pipeline.syncOperations.addHandlers(
                [WebSocketFrameEncoder(), frames, handler], position: .after(self))
        } catch {
            outcome.succeed(nil)
            return context.close(promise: nil)
        }
        outcome.succeed(UpgradedWebSocket(connection: connection, grant: grant))
        for data in buffered { context.fireChannelRead(data) }
        state = .upgraded
        context.fireChannelReadComplete()
    }
}
