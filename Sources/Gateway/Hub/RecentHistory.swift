import Fleet

/// A history in memory: it lasts as long as the hub.
actor RecentHistory: EventHistory {
    /// Attempts and crashes kept of each instance.
    static let limit = 50
    /// Instances kept, the ones that were told of last.
    static let maxInstances = 1024

    private var records: [InstanceID: [RecoveryRecord]] = [:]
    private var crashes: [InstanceID: [CrashRecord]] = [:]
    private var order: [InstanceID] = []

    func record(_ event: FleetEvent) {
        switch event.kind {
        case .recovery(let record): keep(record, of: event.instance)
        case .crash(let crash):
            guard !crashes[event.instance, default: []].contains(crash) else { return }
            crashes[event.instance, default: []].insert(crash, at: 0)
            crashes[event.instance] = crashes[event.instance].map { Array($0.prefix(Self.limit)) }
        case .health, .service, .viewer, .instance, .recording: return
        }
        order.removeAll { $0 == event.instance }
        order.append(event.instance)
        guard order.count > Self.maxInstances else { return }
        let oldest = order.removeFirst()
        (records[oldest], crashes[oldest]) = (nil, nil)
    }

    private func keep(_ record: RecoveryRecord, of instance: InstanceID) {
        var kept = records[instance, default: []]
        if let index = kept.firstIndex(where: { $0.id == record.id }) {
            // Of an attempt that is told again late, the end stands.
            if kept[index].endedAt == nil { kept[index] = record }
        } else {
            kept.append(record)
        }
        kept.sort { $0.startedAt > $1.startedAt }
        records[instance] = Array(kept.prefix(Self.limit))
    }

    func recoveries(of instance: InstanceID) -> [RecoveryRecord] { records[instance] ?? [] }

    func crashes(of instance: InstanceID, service: String?, limit: Int) -> [CrashRecord] {
        Array((crashes[instance] ?? []).filter { service == nil || $0.service == service }.prefix(limit))
    }
}
