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
    /// The last time that instances were to go.
    private var farewell: (to: Int, from: Int, at: ContinuousClock.Instant)?

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

    /// Starts and ends instances until there are so many.
    /// - Throws: ``APIError`` 409 where the source cannot, 503 before it has found any, and what keeps it from doing so.
    func scale(to replicas: Int) async throws -> (from: Int, to: Int) {
        guard let scale = finder.scale else {
            throw APIError(
                .conflict, "not-scalable",
                "instances found by '\(finder.kind)' are not started from here: scale works with agents, a StatefulSet and"
                    + " 'loco up'")
        }
        guard isLoaded else {
            throw APIError(
                .serviceUnavailable, "starting", "the hub has not found its instances yet", headers: [.retryAfter: "1"])
        }
        let from = instances.count
        if replicas < from { farewell = (replicas, from, .now) }
        do { try await scale(replicas) } catch {
            // Whoever goes now goes for another reason.
            farewell = nil
            throw error
        }
        // What the source says now, without waiting for who follows it.
        for await found in finder.source.updates() {
            apply(found)
            break
        }
        return (from, instances.count)
    }

    /// Why an instance that was there is not any more, for those who watched it.
    var goneReason: String {
        if let (to, from, at) = farewell, ContinuousClock.now - at < .seconds(60) {
            return "it was taken away: the fleet was scaled from \(from) to \(to)"
        }
        return "it was taken away"
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
