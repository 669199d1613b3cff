import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Opens WebSockets to other services of the fleet.
enum WebSocketClient {
    /// Why a socket could not be opened.
    enum ConnectError: Error, Equatable, CustomStringConvertible {
        /// The URL is not `ws://host:port/path` (or `http://`).
        case badURL(String)
        /// Nobody answered in time, or the connection was refused.
        case unreachable(url: String, reason: String)
        /// The server answered with something other than an upgrade.
        case refused(url: String)

        var description: String {
            switch self {
            case .badURL(let url): "not a WebSocket URL: \(url)"
            case .unreachable(let url, let reason): "cannot reach \(url): \(reason)"
            case .refused(let url): "\(url) refused the WebSocket"
            }
        }
    }

    /// Opens a socket.
    /// - Parameters:
    ///   - url: `ws://host:port/path`; `http` is taken for `ws`. No TLS: nodes are reached inside the fleet's network.
    ///   - headers: extra request fields, as `Authorization`.
    ///   - deadline: how long connecting and the handshake may take together.
    /// - Throws: ``ConnectError``.
    static func connect(
        url: String, headers: HTTPFields = [:], deadline: Duration = .seconds(3), limits: WebSocketLimits = .client
    ) async throws -> WebSocketConnection {
        guard let target = WebSocketURL(url) else { throw ConnectError.badURL(url) }
        let timeout = TimeAmount(deadline)
        let end = NIODeadline.now() + timeout
        let handshake: EventLoopFuture<WebSocketConnection?>
        let channel: any Channel
        do {
            (channel, handshake) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(timeout)
                .channelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
                .connect(host: target.host, port: target.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        (channel, try upgrade(channel, target: target, headers: headers, limits: limits))
                    }
                }
        } catch {
            throw ConnectError.unreachable(url: target.redacted, reason: "\(error)")
        }
        let cut = channel.eventLoop.scheduleTask(deadline: end) { channel.close(promise: nil) }
        defer { cut.cancel() }
        let connection: WebSocketConnection?
        do {
            connection = try await handshake.get()
        } catch {
            channel.close(promise: nil)
            let late = NIODeadline.now() >= end
            throw ConnectError.unreachable(
                url: target.redacted, reason: late ? "no answer within \(deadline)" : "the connection ended")
        }
        guard let connection else {
            channel.close(promise: nil)
            throw ConnectError.refused(url: target.redacted)
        }
        return connection
    }

    private static func upgrade(
        _ channel: any Channel, target: WebSocketURL, headers: HTTPFields, limits: WebSocketLimits
    ) throws -> EventLoopFuture<WebSocketConnection?> {
        let upgrader = NIOTypedWebSocketClientUpgrader<WebSocketConnection?>(
            maxFrameSize: limits.maxMessageBytes, enableAutomaticErrorHandling: false,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let (handler, connection) = WebSocketHandler.make(channel: channel, role: .client, limits: limits)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return connection
                }
            })
        var fields = HTTPHeaders([("Host", target.authority), ("Content-Length", "0")])
        for field in headers { fields.add(name: field.name.rawName, value: field.value) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target.target, headers: fields)
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(nil) }))
        // A server may speak right after its 101, in the same packet.
        configuration.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: configuration)
    }
}
