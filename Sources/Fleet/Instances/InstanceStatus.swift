/// How far an instance has got, in the words that earlier users know.
public enum InstanceStatus: String, Sendable, Codable, CaseIterable {
    /// It can be watched.
    case ready
    /// It runs, but nobody has asked it whether it is ready.
    case running
    /// It is on its way up.
    case booting
    /// It can be watched, with something amiss.
    case degraded
    /// It is down and does not come back by itself.
    case error
    /// Nobody knows.
    case unknown
}
