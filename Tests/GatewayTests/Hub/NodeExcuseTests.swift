import Testing

@testable import Gateway

struct NodeExcuseTests {
    @Test(
        arguments: [
            // A single one, alone or among others that report.
            (.refused, false, 1, 1, nil), (.timeout, false, 1, 1, nil), (.timeout, false, 1, 2, nil),
            (.refused, nil, 1, 9, nil), (.timeout, nil, 1, 1, nil),
            // The cluster's own way to it is there.
            (.refused, true, 1, 1, .readyByCluster), (.timeout, true, 1, 9, .readyByCluster),
            // Ready by the cluster, and yet it says nothing on connections that it takes.
            (.silent, true, 1, 9, nil), (.badAnswer, true, 1, 1, nil), (.silent, false, 1, 3, nil),
            // Half of them, and more than half.
            (.timeout, false, 2, 4, nil), (.refused, false, 4, 8, nil),
            (.timeout, false, 2, 3, .widespread(silent: 2, of: 3)),
            (.refused, false, 5, 8, .widespread(silent: 5, of: 8)),
            (.silent, nil, 2, 2, .widespread(silent: 2, of: 2)),
            (.refused, true, 3, 3, .widespread(silent: 3, of: 3)),
        ] as [(NodeState.Failure, Bool?, Int, Int, NodeExcuse?)])
    func `a node is at fault only where its cluster does not say otherwise and most others report`(
        failure: NodeState.Failure, isReady: Bool?, silent: Int, all: Int, expected: NodeExcuse?
    ) {
        #expect(NodeExcuse.of(failure, isReady: isReady, silent: silent, of: all) == expected)
    }
}
