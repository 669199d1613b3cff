import Fleet

/// What a process that starts its nodes itself can do with them.
struct NodeOwner: Sendable {
    /// Checks in a row, a second apart, after which a node is given up.
    let checks: Int
    /// Whether a node is given up only without a ``NodeExcuse``: a hub that is cut off sees healthy ones fail.
    let needsWitness: Bool
    /// What keeps this process from starting any node again, as a permission that is missing; nil when nothing does.
    let obstacle: @Sendable () async -> String?
    /// Ends a node and starts it again; returns when it is up. Throws ``NodeUntouched`` when nothing reached the node.
    let restart: @Sendable (InstanceID) async throws -> Void
    /// The nodes as processes.
    let services: @Sendable () async -> [ServiceStatus]
    /// The last lines a node wrote; nil for an unknown one.
    let log: @Sendable (InstanceID) async -> [String]?
    /// Ends of nodes that nobody asked for.
    let crashes: @Sendable () -> AsyncStream<CrashRecord>

    init(
        checks: Int = NodeRecovery.checks, needsWitness: Bool = false,
        obstacle: @escaping @Sendable () async -> String? = { nil },
        restart: @escaping @Sendable (InstanceID) async throws -> Void,
        services: @escaping @Sendable () async -> [ServiceStatus] = { [] },
        log: @escaping @Sendable (InstanceID) async -> [String]? = { _ in nil },
        crashes: @escaping @Sendable () -> AsyncStream<CrashRecord> = { AsyncStream { $0.finish() } }
    ) {
        self.checks = checks
        self.needsWitness = needsWitness
        self.obstacle = obstacle
        self.restart = restart
        self.services = services
        self.log = log
        self.crashes = crashes
    }

    /// The nodes of this machine.
    init(_ nodes: LocalNodes) {
        self.init(
            restart: { _ = try await nodes.restart($0) }, services: { await nodes.services },
            log: { await nodes.log($0) }, crashes: { nodes.crashes })
    }
}
