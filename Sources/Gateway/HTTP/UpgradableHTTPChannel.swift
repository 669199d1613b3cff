import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// HTTP/1.1 with WebSocket upgrades, as a child channel of Hummingbird's server. `HTTPServerBuilder.tls` wraps it.
struct UpgradableHTTPChannel: HTTPChannelHandler {
    /// A connection: HTTP, and perhaps one day a WebSocket.
    struct Value: ServerChildChannelValue {
        let http: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
        let upgrade: EventLoopFuture<UpgradedWebSocket?>
        var channel: any Channel { http.channel }
    }

    let responder: HTTPChannelHandler.Responder
    let policy: WebSocketUpgradePolicy
    let statistics: WebSocketStatistics
    /// How long a connection may be silent between requests or in the middle of one.
    let idleTimeout: Duration

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            var decoderLimits = NIOHTTPDecoderLimitConfiguration()
            decoderLimits.maxHeaderListSize = 32 * 1024
            decoderLimits.maxHeaderFieldSize = 16 * 1024
            decoderLimits.maxHeaderFieldCount = 200
            let encoder = HTTPResponseEncoder()
            let decoder = ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoderLimits))
            let codec = HTTP1ToHTTPServerCodec(secure: false)
            let connectionState = HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger)
            let outcome = channel.eventLoop.makePromise(of: UpgradedWebSocket?.self)
            let upgrade = WebSocketUpgradeHandler(
                policy: policy, statistics: statistics, outcome: outcome, decoder: decoder,
                others: [encoder, codec, connectionState])
            try pipeline.addHandlers([encoder, decoder, upgrade, codec, connectionState])
            let http = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            return Value(http: http, upgrade: outcome.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                // After an upgrade this one waits, without a request, for the end of the connection.
                group.addTask { await handleHTTP(asyncChannel: value.http, logger: logger) }
                group.addTask {
                    guard let socket = try? await value.upgrade.get() else { return }
                    await socket.serve()
                    let reason = await socket.connection.waitUntilClosed()
                    logger.debug(
                        "websocket closed", metadata: ["id": "\(socket.connection.id)", "reason": "\(reason)"])
                }
            }
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
