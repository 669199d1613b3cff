import Foundation
import HTTPTypes
import Logging
import ServiceLifecycle

/// The hub: finds the instances, asks their nodes how they are, relays signaling, and serves the dashboard and the API.
/// It touches no media.
struct Hub: Service {
    /// The HTTP server; it tells the port.
    let http: HTTPService
    /// The instances.
    let registry: InstanceRegistry
    /// What their nodes say.
    let health: NodeHealth

    private let discovery: InstanceDiscovery
    private let client: NodeClient
    private let turn: TURNWatch
    private let logger: Logger

    /// - Parameter pages: the dashboard's files; `nil` serves the API alone.
    /// - Throws: ``ConfigurationError`` for an open address without a token.
    init(
        configuration: LocoConfiguration, discovery: InstanceDiscovery, pages: StaticPages?,
        healthInterval: Duration = .seconds(2), logger: Logger
    ) throws {
        try configuration.requireTokenUnlessLoopback("hub.host", configuration.hub.host)
        self.logger = logger
        self.discovery = discovery
        client = NodeClient(token: configuration.token)
        turn = TURNWatch(configuration.ice, logger: logger)
        registry = InstanceRegistry(discovery: discovery, logger: logger)
        health = NodeHealth(
            discovery: discovery, registry: registry, client: client, interval: healthInterval, logger: logger)
        let relay = SignalRelay(registry: registry, client: client)
        let instances = InstanceRoutes(
            registry: registry, health: health, proxy: NodeProxy(registry: registry, client: client))
        let status = StatusRoutes(
            registry: registry, instances: instances, relay: relay, ice: configuration.ice)
        let quality = QualityRoutes(registry: registry, health: health)
        var service = HTTPServiceConfiguration()
        service.host = configuration.hub.host
        service.port = configuration.hub.port
        service.portSetting = "hub.port (--port)"
        service.tls = try configuration.tlsConfiguration()
        service.access = AccessPolicy(token: configuration.token, allowedOrigins: configuration.hub.allowedOrigins)
        let statistics = WebSocketStatistics()
        http = HTTPService(
            configuration: service, logger: logger, webSockets: [relay.route], statistics: statistics
        ) { routes in
            pages?.addRoutes(to: routes, frontEnd: "dashboard")
            status.add(to: routes, sockets: statistics)
            instances.add(to: routes)
            quality.add(to: routes)
        }
    }

    /// Serves until graceful shutdown.
    /// - Throws: ``ListenError``.
    func run() async throws {
        // Stopped in the reverse order: first the server, whose requests need the others.
        let group = ServiceGroup(
            configuration: .init(services: [discovery, client, health, turn, http], logger: quiet(logger)))
        try await group.run()
    }

    /// The group's own messages say what the exit and the banner say already.
    private func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        if logger.logLevel > .debug { logger.logLevel = .critical }
        return logger
    }
}
