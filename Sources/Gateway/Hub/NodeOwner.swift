import Fleet

/// What a process that starts its nodes itself can do with them.
struct NodeOwner: Sendable {
    /// Checks in a row, a second apart, after which a node is given up.
    let checks: Int
    /// Whether a node is given up only while another one reports: a hub that is cut off sees all of them fail.
    let needsWitness: Bool
    /// Ends a node and starts it again; returns when it is up.
    let restart: @Sendable (InstanceID) async throws -> Void
    /// The nodes as processes.
    let services: @Sendable () async -> [ServiceStatus]
    /// The last lines a node wrote; nil for an unknown one.
    let log: @Sendable (InstanceID) async -> [String]?
    /// Ends of nodes that nobody asked for.
    let crashes: @Sendable () -> AsyncStream<CrashRecord>

    init(
        checks: Int = NodeRecovery.checks, needsWitness: Bool = false,
        restart: @escaping @Sendable (InstanceID) async throws -> Void,
        services: @escaping @Sendable () async -> [ServiceStatus] = { [] },
        log: @escaping @Sendable (InstanceID) async -> [String]? = { _ in nil },
        crashes: @escaping @Sendable () -> AsyncStream<CrashRecord> = { AsyncStream { $0.finish() } }
    ) {
        self.checks = checks
        self.needsWitness = needsWitness
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
