/// Where instances come from: a file, this machine's nodes, a cluster.
public protocol InstanceSource: Sendable {
    /// The whole set, now and after every change; each call is a reader of its own that keeps the newest set.
    func updates() -> AsyncStream<[Instance]>
}
