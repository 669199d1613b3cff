/// Why a node that does not report is not started again by itself: what the hub sees may be the fault of its own way to
/// the node. Pure, tested by table.
enum NodeExcuse: Sendable, Equatable, CustomStringConvertible {
    /// More than half of the nodes do not report at the same moment: what they have in common is the hub.
    case widespread(silent: Int, of: Int)
    /// The hub gets no connection, and the cluster, which asks the node for its health by another way, says that it is
    /// ready.
    case readyByCluster

    /// The excuse, or nil where the fault is the node's by all that is known.
    ///
    /// - Parameters:
    ///   - failure: what the hub sees of the node.
    ///   - isReady: what the cluster says of its pod; nil outside one.
    ///   - silent: nodes that do not report at this moment, it among them.
    ///   - all: nodes that have an address.
    static func of(_ failure: NodeState.Failure, isReady: Bool?, silent: Int, of all: Int) -> NodeExcuse? {
        if silent > 1, silent * 2 > all { return .widespread(silent: silent, of: all) }
        switch failure {
        case .refused, .timeout: return isReady == true ? .readyByCluster : nil
        // It took the connection: the way is there.
        case .silent, .badAnswer: return nil
        }
    }

    /// One sentence.
    var description: String {
        switch self {
        case .widespread(let silent, let all):
            "\(silent) of \(all) nodes do not report: the way from the hub to them seems to fail, so none is started again by"
                + " itself"
        case .readyByCluster:
            "the cluster says that its pod is ready: the way from the hub to it seems to fail, so it is not started again by"
                + " itself"
        }
    }
}
