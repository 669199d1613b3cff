import Foundation
import Logging

/// The instances the hub knows. Looking again replaces them; a failed look keeps the last ones and is told by
/// ``discovery``.
actor InstanceRegistry {
    /// How and when the instances were found.
    struct Discovery: Sendable {
        var kind: String
        var lastDiscovery: Date?
        var lastError: String?
        var count: Int
    }

    private let provider: any InstanceProvider
    private let logger: Logger
    private var instances: [HubInstance] = []
    private var firstSeen: [String: Date] = [:]
    private var lastDiscovery: Date?
    private var lastError: String?

    init(provider: any InstanceProvider, logger: Logger) {
        self.provider = provider
        self.logger = logger
    }

    /// Whether the instances have been found at least once; there may be none.
    var isLoaded: Bool { lastDiscovery != nil }

    /// How they were found.
    var discovery: Discovery {
        Discovery(kind: provider.kind, lastDiscovery: lastDiscovery, lastError: lastError, count: instances.count)
    }

    /// All instances, `instance-2` before `instance-10`.
    func all() -> [HubInstance] { instances }

    /// One instance.
    func find(_ id: String) -> HubInstance? { instances.first { $0.id == id } }

    /// Looks again.
    /// - Throws: what the provider throws.
    func refresh() async throws {
        do {
            let found = try await provider.instances()
            let known = Set(instances.map(\.id))
            instances = found.map { instance in
                var instance = instance
                instance.discoveredAt = firstSeen[instance.id] ?? instance.discoveredAt
                return instance
            }
            .sorted { $0.id.compare($1.id, options: .numeric) == .orderedAscending }
            firstSeen = Dictionary(instances.map { ($0.id, $0.discoveredAt) }) { first, _ in first }
            for instance in instances where !known.contains(instance.id) {
                logger.info(
                    "instance found", metadata: ["instance": "\(instance.id)", "node": "\(instance.nodeURL ?? "-")"])
            }
            lastDiscovery = Date()
            lastError = nil
        } catch {
            // Told once, not at every look.
            if lastError == nil { logger.warning("cannot find instances: \(error)") }
            lastError = "\(error)"
            throw error
        }
    }
}
