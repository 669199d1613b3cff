import Fleet
import Logging
import ServiceLifecycle

/// How a hub finds its instances: a source, with what it takes to run it and to look again.
struct InstanceDiscovery: Service {
    /// What finds them, for `discovery-info`: `static`, `local`, `agents`, `kubernetes`.
    let kind: String
    /// Where the sets come from.
    let source: any InstanceSource
    /// Looks again, and throws what keeps it from seeing.
    let refresh: @Sendable () async throws -> Void
    /// Begins; thrown errors end the hub.
    let start: @Sendable () async throws -> Void
    /// Ends, and returns when that is done.
    let stop: @Sendable () async throws -> Void
    /// What this process can do with the nodes; nil when somebody else starts them.
    let owner: NodeOwner?
    /// How it stands; nil for a source that tells no more than its sets.
    var report: (@Sendable () async -> DiscoveryReport)?
    /// What gives the instances their share of the processors beside what their nodes do; nil where nothing does.
    var shares: (@Sendable (ActiveSet, LocoConfiguration.Active) -> any Service)?
    /// Starts and ends instances until there are so many; nil when the source cannot.
    var scale: (@Sendable (_ replicas: Int) async throws -> Void)?

    init(
        kind: String, source: any InstanceSource, owner: NodeOwner? = nil,
        refresh: @escaping @Sendable () async throws -> Void = {},
        start: @escaping @Sendable () async throws -> Void = {}, stop: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.kind = kind
        self.source = source
        self.owner = owner
        self.refresh = refresh
        self.start = start
        self.stop = stop
    }

    /// Keeps the source running until graceful shutdown.
    func run() async throws {
        try await start()
        try? await gracefulShutdown()
        try await stop()
    }

    /// The instances of a file.
    static func file(_ path: String, logger: Logger) -> InstanceDiscovery {
        let source = StaticInstanceSource(path: path, logger: logger)
        var discovery = InstanceDiscovery(
            kind: "static", source: source,
            refresh: {
                await source.refresh()
                if let error = await source.lastError { throw error }
            },
            start: { try await source.start() }, stop: { await source.stop() })
        discovery.report = {
            var report = DiscoveryReport()
            report.lastError = await source.lastError.map { "\($0)" }
            report.isStale = report.lastError != nil
            return report
        }
        return discovery
    }

    /// The nodes that this process starts.
    static func local(_ nodes: LocalNodes) -> InstanceDiscovery {
        var discovery = InstanceDiscovery(
            kind: "local", source: nodes, owner: NodeOwner(nodes), start: { await nodes.start() },
            stop: { try await nodes.stop() })
        discovery.scale = { replicas in
            guard UpCommand.guestNumbers.contains(replicas) else {
                throw APIError.badRequest("one machine runs at most \(UpCommand.guestNumbers.upperBound) guests")
            }
            try await nodes.scale(to: replicas)
        }
        return discovery
    }

    /// The nodes that agents run on the hosts of an inventory.
    static func agents(_ source: AgentSource) -> InstanceDiscovery {
        var discovery = InstanceDiscovery(
            kind: "agents", source: source,
            owner: NodeOwner(
                restart: {
                    do { try await source.restart($0) } catch let problem as AgentProblem where problem.isUnreachable {
                        throw NodeUntouched(problem)
                    }
                }, services: { await source.services },
                log: { await source.log($0) }, crashes: { source.crashes }),
            refresh: { try await source.refresh() }, start: { await source.start() },
            stop: { try await source.stop() })
        discovery.report = {
            var report = DiscoveryReport()
            report.lastError = await source.problem
            report.isStale = await source.isStale
            return report
        }
        discovery.scale = { try await source.scale(to: $0) }
        return discovery
    }

    /// The nodes of this machine, whoever started them.
    static func runDirectory(_ run: RunDirectory) -> InstanceDiscovery {
        InstanceDiscovery(kind: "local", source: RunDirectorySource(run: run))
    }
}
