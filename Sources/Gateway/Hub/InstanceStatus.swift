/// An instance's status as clients see it.
enum InstanceStatus: String, Sendable, Codable {
    /// Healthy by its own report.
    case ready
    /// Its node answers, without saying how it is.
    case running
    /// Its node has not answered yet.
    case booting
    /// Its node reports a problem that leaves it usable.
    case degraded
    /// Its node reports that it is unhealthy, or has stopped answering.
    case error
    /// Nothing is known.
    case unknown

    /// Whether it can be watched.
    var isReady: Bool { self == .ready || self == .running || self == .degraded }
}
