import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Signaling

/// Asks the TURN servers that viewers are told of whether they would relay, at start and then now and again, and logs
/// what changes. A viewer that a server refuses only sees that nothing connects.
struct TURNWatch: Service {
    private let servers: [ICEServer]
    private let authority: TURNAuthority?
    private let interval: Duration
    private let logger: Logger

    /// - Parameter interval: between two askings of a server.
    init(_ ice: LocoConfiguration.ICE, interval: Duration = .seconds(60), logger: Logger) {
        servers = ice.servers.filter(\.isRelay)
        authority = ice.turn
        self.interval = interval
        self.logger = logger
    }

    /// Watches until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            var known: [ICEServer: TURNVerdict] = [:]
            while !Task.isCancelled {
                for (server, verdict) in await ask() where known[server] != verdict && !Task.isCancelled {
                    known[server] = verdict
                    let level: Logger.Level = verdict == .relays ? .info : .warning
                    logger.log(level: level, "TURN server: \(verdict)", metadata: ["server": "\(server)"])
                }
                try? await Task.sleep(for: interval)
            }
        }
    }

    private func ask() async -> [(ICEServer, TURNVerdict)] {
        guard let credentials = authority?.credentials(for: "hub") else { return [] }
        return await withTaskGroup(of: (ICEServer, TURNVerdict).self) { group in
            for server in servers { group.addTask { (server, await Self.ask(server, credentials)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Asks one server, within the time limit.
    static func ask(
        _ server: ICEServer, _ credentials: TURNCredentials, within limit: TimeAmount = .seconds(3)
    ) async -> TURNVerdict {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let verdict = loop.makePromise(of: TURNVerdict.self)
        let inquiry = TURNInquiry(credentials)
        let host = server.host.trimmingPrefix("[").prefix { $0 != "]" }
        let deadline = loop.scheduleTask(in: limit) {
            verdict.succeed(.unreachable("it gives no answer within \(limit.nanoseconds / 1_000_000_000) s"))
        }
        defer { deadline.cancel() }
        do {
            let channel = try await connect(server, String(host), loop, inquiry, limit, verdict)
            let found = try await verdict.futureResult.get()
            channel.close(promise: nil)
            return found
        } catch {
            let failure = TURNVerdict.unreachable(reason(error))
            verdict.succeed(failure)
            return failure
        }
    }

    /// The first thing that went wrong: a failed connection lists every address that was tried.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "\(error)" }
        let first = error.connectionErrors.first?.error ?? error.dnsAError ?? error.dnsAAAAError ?? error
        return "\(first)"
    }

    private static func connect(
        _ server: ICEServer, _ host: String, _ loop: any EventLoop, _ inquiry: TURNInquiry, _ limit: TimeAmount,
        _ verdict: EventLoopPromise<TURNVerdict>
    ) async throws -> any Channel {
        let port = Int(server.port)
        guard server.transport == .tcp else {
            return try await DatagramBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            DatagramPayloadHandler(), TURNInquiryHandler(inquiry, repeats: true, verdict: verdict),
                        ])
                    }
                }
                .connect(host: host, port: port).get()
        }
        let tls = server.scheme == .turns ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
        return try await ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let name = (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: name))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        TURNInquiryHandler(inquiry, repeats: false, verdict: verdict))
                }
            }
            .connect(host: host, port: port).get()
    }
}
