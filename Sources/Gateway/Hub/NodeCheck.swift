import Fleet

/// What one of the hub's checks, a second apart, finds of a node.
struct NodeCheck: Sendable {
    let instance: Instance
    let state: NodeState

    /// Whether the node reports.
    var isReporting: Bool { state.failure == nil }

    /// What its cluster says of its pod; nil outside one.
    var isReadyByCluster: Bool? { instance.kubernetes == nil ? nil : instance.ready }
}
