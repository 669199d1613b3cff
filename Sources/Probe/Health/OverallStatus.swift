/// How an instance is.
public enum OverallStatus: String, Sendable, Codable, CaseIterable {
    /// Nothing is wrong.
    case healthy
    /// It works, with something amiss.
    case degraded
    /// It does not do what it is for.
    case unhealthy
}
