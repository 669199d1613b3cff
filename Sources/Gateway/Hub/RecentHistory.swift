import Fleet

/// A history in memory: it lasts as long as the hub.
actor RecentHistory: EventHistory {
    /// Attempts kept of each instance.
    static let limit = 50
    /// Instances kept, the ones that were told of last.
    static let maxInstances = 1024

    private var records: [InstanceID: [RecoveryRecord]] = [:]
    private var order: [InstanceID] = []

    func record(_ event: FleetEvent) {
        guard case .recovery(let record) = event.kind else { return }
        var kept = records[event.instance, default: []]
        if let index = kept.firstIndex(where: { $0.id == record.id }) {
            // Of an attempt that is told again late, the end stands.
            if kept[index].endedAt == nil { kept[index] = record }
        } else {
            kept.append(record)
        }
        kept.sort { $0.startedAt > $1.startedAt }
        records[event.instance] = Array(kept.prefix(Self.limit))
        order.removeAll { $0 == event.instance }
        order.append(event.instance)
        if order.count > Self.maxInstances { records[order.removeFirst()] = nil }
    }

    func recoveries(of instance: InstanceID) -> [RecoveryRecord] { records[instance] ?? [] }
}
