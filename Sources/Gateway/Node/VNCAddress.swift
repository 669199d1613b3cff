import Foundation
import NIOCore
import NIOPosix
import Probe

/// Where an RFB server listens.
enum VNCAddress: Sendable, Equatable, CustomStringConvertible {
    case socket(path: String)
    case host(String, port: Int)

    /// An address of the instances' file: `vnc://host:port`, `vnc://host` for port 5900, or `host:port`.
    init?(_ text: String) {
        let isURL = text.lowercased().hasPrefix("vnc://")
        guard let url = URLComponents(string: isURL ? text : "vnc://" + text), let host = url.host, !host.isEmpty,
            url.path.isEmpty || url.path == "/", url.query == nil, url.fragment == nil, url.user == nil,
            let port = url.port ?? (isURL ? 5900 : nil), (1...65535).contains(port)
        else { return nil }
        self = .host(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port: port)
    }

    /// Where QEMU on this host listens.
    init(_ address: RFBAddress) {
        self =
            switch address {
            case .socket(let path): .socket(path: path)
            case .ports(let ports): .host("127.0.0.1", port: ports.lowerBound)
            }
    }

    var description: String {
        switch self {
        case .socket(let path): path
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// Connects.
    /// - Throws: what stands in the way.
    func connect(within limit: Duration) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(TimeAmount(limit))
        let wrap: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8)))
            }
        }
        switch self {
        case .socket(let path):
            return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
        case .host(let host, let port):
            return try await bootstrap.channelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
                .connect(host: host, port: port, channelInitializer: wrap)
        }
    }
}
