import Fleet

/// Remembers what happened to instances, longer than the ones who tell it.
protocol EventHistory: Sendable {
    /// Takes an event; crashes, recoveries and the newest state of services are kept. The same one may come again.
    func record(_ event: FleetEvent) async
    /// The attempts to mend an instance, the newest first, at most 50.
    func recoveries(of instance: InstanceID) async throws -> [RecoveryRecord]
    /// Ends nobody asked for, the newest first.
    ///
    /// - Parameter service: "qemu", or the instance's id for the node; nil for all.
    func crashes(of instance: InstanceID, service: String?, limit: Int) async throws -> [CrashRecord]
}
