import NIOCore
import NIOPosix

/// One of many sockets on a hub's `/signal`: open, registered, and as light as can be.
struct CrowdSocket: Sendable {
    /// From the beginning of the connection to the hub's `registered`, in ms.
    let joinMilliseconds: Double
    private let channel: any Channel
    private let handler: NIOLoopBound<CrowdSocketHandler>

    /// Opens one and registers.
    ///
    /// - Parameters:
    ///   - pingInterval: between two `__ping` messages.
    ///   - deadline: for connection, handshake and registration together.
    /// - Throws: `BenchError.noSocket`.
    init(
        port: Int, group: any EventLoopGroup, counts: SignalCounts, pingInterval: TimeAmount = .seconds(10),
        deadline: TimeAmount = .seconds(10)
    ) async throws {
        let (start, end) = (NIODeadline.now(), NIODeadline.now() + deadline)
        do {
            let (channel, upgraded) = try await ClientBootstrap(group: group)
                .connectTimeout(deadline)
                .channelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        (channel, try Self.upgrade(channel, port: port, counts: counts, pingInterval: pingInterval))
                    }
                }
            let cut = channel.eventLoop.scheduleTask(deadline: end) { channel.close(promise: nil) }
            defer { cut.cancel() }
            do {
                let upgraded = try await upgraded.get()
                channel.eventLoop.execute { upgraded.handler.value.begin() }
                try await upgraded.registered.get()
                self.channel = channel
                handler = upgraded.handler
                joinMilliseconds = Double((NIODeadline.now() - start).nanoseconds) / 1e6
            } catch {
                channel.close(promise: nil)
                throw error
            }
        } catch let error as BenchError { throw error } catch { throw BenchError.noSocket("\(error)") }
    }

    /// Sends messages, without waiting.
    func send(_ texts: [String]) {
        let handler = handler
        channel.eventLoop.execute { handler.value.send(texts) }
    }

    /// Says goodbye and waits for the end of the connection, which is cut after two seconds.
    func leave() async {
        let (handler, channel) = (handler, channel)
        channel.eventLoop.execute { handler.value.leave() }
        let cut = channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
        _ = try? await channel.closeFuture.get()
        cut.cancel()
    }

    /// What stands behind the handshake.
    private struct Upgraded: Sendable {
        let handler: NIOLoopBound<CrowdSocketHandler>
        let registered: EventLoopFuture<Void>
    }

    private static func upgrade(
        _ channel: any Channel, port: Int, counts: SignalCounts, pingInterval: TimeAmount
    ) throws -> EventLoopFuture<Upgraded> {
        try WebSocketUpgrade.begin(channel, port: port, path: "/signal") { channel in
            let promise = channel.eventLoop.makePromise(of: Void.self)
            let handler = CrowdSocketHandler(counts: counts, registered: promise, pingInterval: pingInterval)
            try channel.pipeline.syncOperations.addHandler(handler)
            return Upgraded(
                handler: NIOLoopBound(handler, eventLoop: channel.eventLoop), registered: promise.futureResult)
        }
    }
}
