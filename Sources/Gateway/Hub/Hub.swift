import Fleet
import Foundation
import HTTPTypes
import Logging
import ServiceLifecycle

/// The hub: finds the instances, listens to what their nodes tell, relays signaling, and serves the dashboard and the
/// API. It touches no media.
struct Hub: Service {
    /// The HTTP server of the dashboard; it tells the port.
    let http: HTTPService
    /// The HTTP server of the VR wall, with the same API; `nil` where that is not served.
    let vr: HTTPService?
    /// The instances.
    let registry: InstanceRegistry
    /// What their nodes say.
    let watch: NodeWatch
    /// What it tells of them.
    let feed: EventFeed

    private let discovery: InstanceDiscovery
    private let client: NodeClient
    private let turn: TURNWatch
    private let focus: FocusDelivery
    private let shares: (any Service)?
    private let recovery: NodeRecovery
    private let trim: HeapTrim
    private let logger: Logger

    /// - Parameters:
    ///   - pages: the dashboard's files; `nil` serves the API alone.
    ///   - history: what remembers crashes and recoveries.
    ///   - active: the active set; one that ends with the process unless given.
    ///   - silence: a node that tells nothing for so long does not report.
    ///   - checks: time between two checks of a node.
    /// - Throws: ``ConfigurationError`` for an open address without a token.
    init(
        configuration: LocoConfiguration, discovery: InstanceDiscovery, pages: StaticPages?,
        history: any EventHistory = RecentHistory(), active: ActiveSet? = nil, silence: Duration = .seconds(3),
        checks: Duration = .seconds(1),
        logger: Logger
    ) throws {
        try configuration.requireTokenUnlessLoopback("hub.host", configuration.hub.host)
        let log = HubLog()
        let logger = log.keeping(logger)
        self.logger = logger
        self.discovery = discovery
        client = NodeClient(token: configuration.token)
        turn = TURNWatch(configuration.ice, logger: logger)
        registry = InstanceRegistry(discovery: discovery, logger: logger)
        feed = EventFeed(history: history)
        recovery = NodeRecovery(
            restart: discovery.owner?.restart, needsWitness: discovery.owner?.needsWitness ?? false,
            obstacle: discovery.owner?.obstacle ?? { @Sendable in nil }, feed: feed,
            limits: .init(configuration.supervision, checks: discovery.owner?.checks ?? NodeRecovery.checks),
            logger: logger)
        watch = NodeWatch(
            discovery: discovery, registry: registry, client: client, feed: feed, recovery: recovery, silence: silence,
            interval: checks, logger: logger)
        let set = active ?? ActiveSet(logger: logger)
        focus = FocusDelivery(
            set: set, discovery: discovery, watch: watch, client: client, settings: configuration.active, logger: logger
        )
        shares = discovery.shares?(set, configuration.active)
        let activity = ActiveRoutes(
            selection: .init(set: set, registry: registry, pauseUnfocused: configuration.active.pauseUnfocused))
        let relay = SignalRelay(registry: registry, client: client, logger: logger)
        let vnc = VNCRelay(registry: registry, client: client, logger: logger)
        let proxy = NodeProxy(registry: registry, client: client)
        let instances = InstanceRoutes(registry: registry, watch: watch, proxy: proxy)
        let status = StatusRoutes(
            registry: registry, instances: instances, relay: relay, ice: configuration.ice)
        let quality = QualityRoutes(
            registry: registry, watch: watch, proxy: proxy, figures: ViewerFigureSource(client: client),
            recovery: RecoveryRoutes(
                registry: registry, watch: watch, proxy: proxy, recovery: recovery, history: history))
        let services = ServiceRoutes(
            registry: registry, watch: watch, feed: feed, proxy: proxy, recovery: recovery, owner: discovery.owner,
            log: log, history: history)
        let observation = ObservationRoutes(
            registry: registry, watch: watch, feed: feed, recovery: recovery, relay: relay, active: set)
        let statistics = WebSocketStatistics()
        trim = HeapTrim(statistics: statistics)
        let requests = HTTPStatistics()
        let front = PageRoutes(
            pages: pages, dashboard: PromisedPort(), vr: configuration.vr.port.map { _ in PromisedPort() },
            addresses: (dashboard: configuration.hub.url, vr: configuration.vr.url))
        // Two fronts of one API, so that each page has all of it at its own origin.
        func serve(_ frontEnd: String, _ bound: PromisedPort, port: Int, setting: String) throws -> HTTPService {
            var service = HTTPServiceConfiguration()
            service.host = configuration.hub.host
            service.port = port
            service.portSetting = setting
            service.tls = try configuration.tlsConfiguration()
            service.access = AccessPolicy(configuration)
            return HTTPService(
                configuration: service, logger: logger, webSockets: [relay.route, vnc.route, activity.route],
                statistics: statistics, requests: requests, port: bound
            ) { routes in
                front.add(to: routes, frontEnd: frontEnd)
                status.add(to: routes, sockets: statistics)
                instances.add(to: routes)
                RecordingRoutes(proxy: proxy).add(to: routes)
                quality.add(to: routes)
                services.add(to: routes)
                activity.add(to: routes)
                observation.add(to: routes, sockets: statistics, requests: requests)
            }
        }
        http = try serve(
            "dashboard", front.dashboard, port: configuration.hub.port, setting: "hub.port (--port)")
        vr =
            if let port = configuration.vr.port, let bound = front.vr {
                try serve("vr", bound, port: port, setting: "vr.port (--vr-port)")
            } else { nil }
    }

    /// Serves until graceful shutdown.
    /// - Throws: ``ListenError``.
    func run() async throws {
        // Stopped in the reverse order: first the events, which are requests without an end, then the server, whose
        // requests need the others.
        let fronts: [any Service] = [http] + (vr.map { [$0] } ?? [])
        let group = ServiceGroup(
            configuration: .init(
                services: [discovery, client, recovery, watch, focus, turn, trim] + (shares.map { [$0] } ?? []) + fronts
                    + [feed],
                logger: quiet(logger)))
        try await group.run()
    }

    /// The group's own messages say what the exit and the banner say already.
    private func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        if logger.logLevel > .debug { logger.logLevel = .critical }
        return logger
    }
}
