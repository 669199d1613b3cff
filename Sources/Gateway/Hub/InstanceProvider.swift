/// Finds instances: a file, this machine's nodes, Kubernetes.
protocol InstanceProvider: Sendable {
    /// What finds them, for `discovery-info`: `static`, `local`, `kubernetes`.
    var kind: String { get }

    /// All instances there are now.
    /// - Throws: when they cannot be found out; what was known before stays.
    func instances() async throws -> [HubInstance]
}
