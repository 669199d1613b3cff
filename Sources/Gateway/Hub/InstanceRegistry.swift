import Fleet
import Foundation
import Logging

/// The instances the hub knows: the newest set of its discovery. A look that fails keeps it, and is told by
/// ``discovery``.
actor InstanceRegistry {
    /// How and when the instances were found.
    struct Discovery: Sendable {
        /// What is used now: `static` where it stands in for a cluster.
        var kind: String
        /// Whether a cluster is looked for.
        var isKubernetes: Bool
        /// What it tells of itself.
        var report: DiscoveryReport
        var lastDiscovery: Date?
        var lastError: String?
        var count: Int
    }

    private let finder: InstanceDiscovery
    private let logger: Logger
    private var instances: [Instance] = []
    private var firstSeen: [InstanceID: Date] = [:]
    private var lastDiscovery: Date?
    private var lastError: String?

    init(discovery: InstanceDiscovery, logger: Logger) {
        finder = discovery
        self.logger = logger
    }

    /// Whether the instances have been found at least once; there may be none.
    var isLoaded: Bool { lastDiscovery != nil }

    /// How they were found.
    func discovery() async -> Discovery {
        let report = await finder.report?() ?? DiscoveryReport()
        return Discovery(
            kind: report.kind ?? finder.kind, isKubernetes: finder.kind == "kubernetes", report: report,
            lastDiscovery: report.lastDiscovery ?? lastDiscovery, lastError: report.lastError ?? lastError,
            count: instances.count)
    }

    /// All instances, `instance-2` before `instance-10`.
    func all() -> [Instance] { instances }

    /// One instance.
    func find(_ id: String) -> Instance? { instances.first { $0.id.rawValue == id } }

    /// Takes a new set.
    func apply(_ found: [Instance]) {
        let known = Set(instances.map(\.id))
        for instance in found where !known.contains(instance.id) {
            logger.info("instance found", metadata: ["instance": "\(instance.id)"])
        }
        for id in known.subtracting(found.map(\.id)).sorted() {
            logger.info("instance gone", metadata: ["instance": "\(id)"])
        }
        instances = found.map { instance in
            var instance = instance
            instance.discoveredAt = firstSeen[instance.id] ?? instance.discoveredAt
            return instance
        }
        .sorted { $0.id < $1.id }
        firstSeen = Dictionary(instances.map { ($0.id, $0.discoveredAt) }) { first, _ in first }
        lastDiscovery = Date()
        lastError = nil
    }

    /// Looks again.
    /// - Throws: what keeps the discovery from seeing.
    func refresh() async throws {
        do {
            try await finder.refresh()
        } catch {
            lastError = "\(error)"
            throw error
        }
        guard isLoaded else { return }
        // A source hands its newest set to a new reader at once.
        for await found in finder.source.updates() {
            apply(found)
            break
        }
    }
}
