import Fleet
import Logging

extension ActiveSet {
    /// The set of the folder that the configuration names.
    /// - Throws: `RunDirectoryError` when there can be no such folder.
    static func open(_ configuration: LocoConfiguration, logger: Logger) throws -> ActiveSet {
        let state = try StateDirectory(path: configuration.stateDirectory ?? StateDirectory.defaultPath())
        return ActiveSet(store: ActiveSetStore(path: state.activeSet), logger: logger)
    }
}
