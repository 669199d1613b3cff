/// How a hub finds its instances: `hub.discovery`.
enum DiscoveryKind: String, Sendable, CaseIterable {
    /// Kubernetes inside a cluster, else the instances file where one is set, else this machine's nodes.
    case auto
    /// The instances file.
    case `static`
    /// The nodes of this machine.
    case local
    /// The hosts of the inventory.
    case agents
    /// The pods of a cluster.
    case kubernetes
}
