import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// An HTTP server with WebSockets, errors in JSON, access control, and an end that comes in time.
/// Routes see only requests that the ``AccessPolicy`` lets through.
struct HTTPService: Service {
    /// The router that routes are added to.
    typealias Routes = Router<LocoRequestContext>

    /// Counts of its WebSockets.
    let statistics: WebSocketStatistics
    /// Where it listens.
    let configuration: HTTPServiceConfiguration

    private let responder: RouterResponder<LocoRequestContext>
    private let webSockets: [WebSocketRoute]
    private let logger: Logger
    private let port: PromisedPort

    /// - Parameters:
    ///   - webSockets: paths that take WebSocket upgrades. A request there that is no upgrade gets 426.
    ///   - statistics: where its WebSockets are counted.
    ///   - requests: where its requests are counted.
    ///   - port: told where it listens, for who needs that before the service is made.
    ///   - routes: adds the HTTP routes.
    init(
        configuration: HTTPServiceConfiguration, logger: Logger, webSockets: [WebSocketRoute] = [],
        statistics: WebSocketStatistics = WebSocketStatistics(), requests: HTTPStatistics = HTTPStatistics(),
        port: PromisedPort = PromisedPort(), routes: (Routes) -> Void
    ) {
        self.port = port
        self.configuration = configuration
        self.logger = logger
        self.webSockets = webSockets
        self.statistics = statistics
        let table = RouteTable()
        let router = Routes(context: LocoRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestIDMiddleware())
        router.add(middleware: AccessLogMiddleware(statistics: requests))
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ErrorMiddleware(routes: table))
        router.add(middleware: CORSMiddleware(policy: configuration.access))
        router.add(middleware: AccessMiddleware(policy: configuration.access))
        routes(router)
        for route in webSockets {
            router.get(RouterPath(route.path)) { request, _ -> Response in throw Self.upgradeProblem(request) }
        }
        table.fill(router.routes.map { ($0.path.description, $0.method.rawValue) })
        responder = router.buildResponder()
    }

    /// The port it listens on; waits until it does.
    /// - Throws: ``ListenError`` when it cannot.
    var boundPort: Int {
        get async throws { try await port.value }
    }

    /// Serves until graceful shutdown: then no new connection is taken, WebSockets are closed with 1001, requests in
    /// progress end, and what is left at the deadline is cut.
    /// - Throws: ``ListenError``.
    func run() async throws {
        let policy = WebSocketUpgradePolicy(routes: webSockets, access: configuration.access)
        let upgradable = HTTPServerBuilder { responder in
            UpgradableHTTPChannel(
                responder: responder, policy: policy, statistics: statistics, idleTimeout: configuration.idleTimeout)
        }
        // Hummingbird tells every bind and stop at info; a program that prints its own banner needs that at debug.
        var serverLogger = logger
        serverLogger.logLevel = logger.logLevel <= .debug ? logger.logLevel : .warning
        let application = Application(
            responder: responder,
            server: try configuration.tls.map { try .tls(upgradable, tlsConfiguration: $0) } ?? upgradable,
            configuration: .init(address: .hostname(configuration.host, port: configuration.port)),
            onServerRunning: { channel in port.succeed(channel.localAddress?.port ?? configuration.port) },
            logger: serverLogger)
        do {
            try await Self.withShutdownDeadline(configuration.shutdownDeadline) { try await application.run() }
            port.fail(CancellationError())
        } catch {
            let known = ListenError(
                error, host: configuration.host, port: configuration.port, setting: configuration.portSetting)
            port.fail(known ?? error)
            throw known ?? error
        }
    }

    /// Runs `operation` and cancels it when graceful shutdown has lasted longer than `deadline`.
    private static func withShutdownDeadline(
        _ deadline: Duration, _ operation: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                try await gracefulShutdown()
                try await Task.sleep(for: deadline)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func upgradeProblem(_ request: Request) -> APIError {
        let asksForUpgrade = request.headers[.upgrade]?.lowercased() == "websocket"
        let problem = asksForUpgrade ? WebSocketUpgradePolicy.handshakeProblem(request.headers) : nil
        return APIError(
            problem == nil || asksForUpgrade == false ? .upgradeRequired : .badRequest, "websocket-required",
            problem ?? "this path takes WebSocket connections only",
            headers: [.upgrade: "websocket", .secWebSocketVersion: "13"])
    }
}
