import Fleet

/// Remembers what happened to instances, longer than the ones who tell it.
protocol EventHistory: Sendable {
    /// Takes an event; crashes and recoveries are kept. The same one may come again.
    func record(_ event: FleetEvent) async
    /// The attempts to mend an instance, the newest first, at most 50.
    func recoveries(of instance: InstanceID) async -> [RecoveryRecord]
}
