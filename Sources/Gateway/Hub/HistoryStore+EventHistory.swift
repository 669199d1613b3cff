import Fleet
import Logging

extension HistoryStore {
    /// The history of the hub of this configuration.
    ///
    /// - Throws: `RunDirectoryError` for a folder that cannot be used.
    static func open(_ configuration: LocoConfiguration, logger: Logger) throws -> HistoryStore {
        let state = try StateDirectory(path: configuration.stateDirectory ?? StateDirectory.defaultPath())
        return try open(path: state.history, logger: logger)
    }
}

extension HistoryStore: EventHistory {
    func recoveries(of instance: InstanceID) async throws -> [RecoveryRecord] {
        try await recoveries(instance: instance, limit: 50)
    }

    func crashes(of instance: InstanceID, service: String?, limit: Int) async throws -> [CrashRecord] {
        try await crashes(instance: instance, service: service, limit: limit).map(\.crash)
    }
}
