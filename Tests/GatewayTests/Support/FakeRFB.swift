import NIOCore
import NIOPosix
import Synchronization

/// An RFB server that says its greeting, and remembers what it was told. It never asks for anything.
final class FakeRFB: Sendable {
    private let channel: any Channel
    private let state = Mutex<(received: [UInt8], connections: Int, ends: Int, open: [any Channel])>(([], 0, 0, []))

    var port: Int { channel.localAddress?.port ?? 0 }
    /// What all clients sent.
    var received: [UInt8] { state.withLock { $0.received } }
    var connections: Int { state.withLock { $0.connections } }
    /// Connections that have ended.
    var ends: Int { state.withLock { $0.ends } }

    init() async throws {
        let box = Box()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(server: box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        box.server.withLock { $0 = .init(server: self) }
    }

    func forget() { state.withLock { $0.received = [] } }

    /// Ends the connections there are.
    func hangUp() { for one in state.withLock({ $0.open }) { one.close(promise: nil) } }

    func close() async {
        hangUp()
        try? await channel.close()
    }

    private final class Box: Sendable {
        struct Weak { weak var server: FakeRFB? }
        let server = Mutex(Weak())
        var value: FakeRFB? { server.withLock { $0.server } }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let server: Box

        init(server: Box) { self.server = server }

        func channelActive(context: ChannelHandlerContext) {
            let channel = context.channel
            server.value?.state.withLock {
                $0.connections += 1
                $0.open.append(channel)
            }
            channel.writeAndFlush(ByteBuffer(string: "RFB 003.008\n"), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(unwrapInboundIn(data).readableBytesView)
            server.value?.state.withLock { $0.received += bytes }
        }

        func channelInactive(context: ChannelHandlerContext) { server.value?.state.withLock { $0.ends += 1 } }
    }
}

/// An RFB server for the length of `body`.
func withRFB(_ body: (FakeRFB) async throws -> Void) async throws {
    let server = try await FakeRFB()
    do { try await body(server) } catch {
        await server.close()
        throw error
    }
    await server.close()
}
