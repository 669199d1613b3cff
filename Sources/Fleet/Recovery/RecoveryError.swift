/// Why an attempt to mend an instance was not begun.
public enum RecoveryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing measured says that something is wrong.
    case notNeeded(InstanceID)
    /// An attempt is under way.
    case recovering(InstanceID)
    /// The attempts that are made without force are used up.
    case exhausted(InstanceID, attempts: Int)
    /// It stops.
    case stopped(InstanceID)
    /// Nobody here can do that.
    case unsupported(InstanceID, RecoveryStrategy)
    /// There is no such instance.
    case unknown(InstanceID)

    /// One sentence naming the instance and the remedy.
    public var description: String {
        switch self {
        case .notNeeded(let id):
            "\(id) is well by every measurement; ask with forceRecovery to mend it all the same"
        case .recovering(let id):
            "an attempt to mend \(id) is under way; wait for its end or ask with forceRecovery"
        case .exhausted(let id, let attempts):
            "\(attempts) attempts to mend \(id) are used up; ask with forceRecovery to make another"
        case .stopped(let id):
            "\(id) is stopping; start it again first"
        case .unsupported(let id, let strategy):
            "\(id) cannot be mended by \"\(strategy.rawValue)\" from here; ask its node"
        case .unknown(let id):
            "there is no instance \(id) here; GET /api/instances lists those there are"
        }
    }
}
