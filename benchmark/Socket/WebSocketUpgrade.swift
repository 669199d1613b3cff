import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The WebSocket handshake with a server of this machine (RFC 6455, section 4).
enum WebSocketUpgrade {
    /// The largest frame taken, in bytes; a session description is a hundredth of it.
    private static let maxFrameSize = 1 << 20

    /// Begins the handshake on a new connection.
    ///
    /// - Parameters:
    ///   - path: what is asked for, such as `/signal`.
    ///   - install: adds what handles the frames, once the server agreed, on the channel's event loop.
    /// - Returns: what `install` gave; fails with `BenchError.noSocket` where the server does not agree.
    static func begin<Installed: Sendable>(
        _ channel: any Channel, port: Int, path: String, install: @escaping @Sendable (any Channel) throws -> Installed
    ) throws -> EventLoopFuture<Installed> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Installed>(
            maxFrameSize: maxFrameSize, enableAutomaticErrorHandling: false,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture { try install(channel) }
            })
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: path,
            headers: ["Host": "127.0.0.1:\(port)", "Content-Length": "0"])
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: {
                    $0.eventLoop.makeFailedFuture(BenchError.noSocket("port \(port) refused a WebSocket at \(path)"))
                }))
        // The server may speak right after its 101, in the same packet.
        configuration.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: configuration)
    }
}
