/// What a `Supervisor` needs to know of the thing it keeps up.
public protocol SupervisedService: Sendable {
    /// What logs, errors and records call it.
    var name: String { get }
    /// Brings it up and returns when it is ready. On a throw nothing of it is left running.
    func start() async throws
    /// Returns when it has ended after a successful `start`, asked for or not.
    func waitForExit() async -> ProcessExit
    /// Ends it and returns when that is confirmed. Harmless when it is down.
    func stop() async throws
    /// True when this end is another service's fault, which then decides: it is not counted as a failure, and the
    /// next start comes at once.
    func isCollateral(_ exit: ProcessExit) async -> Bool
    /// Its process now, nil when it has none.
    var pid: Int32? { get async }
}

extension SupervisedService {
    /// By default every end is the service's own.
    public func isCollateral(_ exit: ProcessExit) async -> Bool { false }
}
