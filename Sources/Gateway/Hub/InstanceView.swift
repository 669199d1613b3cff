import Fleet
import Foundation
import Probe

/// An instance as `GET /api/instances` shows it. Fields without a value are `null`, never left out.
struct InstanceView: Encodable, Sendable {
    /// What the hub measured of the node.
    struct Node: Encodable, Sendable {
        let reachable: Bool
        /// Seconds since its last report.
        @ExplicitNull var reportAge: Double?
        /// Why it does not report: `refused`, `silent`, `timeout`, `bad-answer`.
        @ExplicitNull var failure: String?
    }

    let instance: Instance
    let state: NodeState

    var status: InstanceStatus { instance.provisioned ? state.status(of: instance) : .unknown }

    private enum Key: String, CodingKey {
        case id, name, description, podName, podIP, streamUrl, vncUrl, healthUrl, whepUrl, snapshotUrl, provisioned
        case ready, status, discoveredAt, kubernetes, host, node
    }

    func encode(to encoder: any Encoder) throws {
        let base = "/api/instances/\(instance.id)"
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(instance.id, forKey: .id)
        try container.encode(instance.name, forKey: .name)
        try container.encode(instance.description, forKey: .description)
        try container.encode(instance.podName, forKey: .podName)
        try container.encode(instance.podIP, forKey: .podIP)
        try container.encode("\(base)/whep", forKey: .streamUrl)
        try container.encode(VNCRelay.path(of: instance, state: state), forKey: .vncUrl)
        try container.encode("\(base)/health", forKey: .healthUrl)
        try container.encode("\(base)/whep", forKey: .whepUrl)
        try container.encode("\(base)/snapshot.jpg", forKey: .snapshotUrl)
        try container.encode(instance.provisioned, forKey: .provisioned)
        try container.encode(status.isWatchable, forKey: .ready)
        try container.encode(status, forKey: .status)
        try container.encode(instance.discoveredAt, forKey: .discoveredAt)
        try container.encode(instance.kubernetes, forKey: .kubernetes)
        try container.encode(instance.host, forKey: .host)
        try container.encode(
            Node(
                reachable: state.isReporting, reportAge: .init(wrappedValue: state.reportAge()),
                failure: .init(wrappedValue: state.failure?.rawValue)), forKey: .node)
    }
}
