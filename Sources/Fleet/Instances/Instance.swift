import Foundation
import Probe

/// One instance as `GET /api/instances` shows it.
public struct Instance: Sendable, Codable, Hashable, Identifiable {
    /// Its id, `instance-0`.
    public var id: InstanceID
    /// What people call it.
    public var name: String
    /// One sentence about it.
    public var description: String
    /// Its pod's name; nil outside Kubernetes.
    public var podName: String?
    /// Its pod's address; nil outside Kubernetes.
    public var podIP: String?
    /// The base URL of its node; nil while the node is not up.
    public var streamUrl: String?
    /// Where an RFB server of it listens; nil when there is none.
    public var vncUrl: String?
    /// The URL of its health report; nil while the node is not up.
    public var healthUrl: String?
    /// It exists.
    public var provisioned: Bool
    /// It can be watched.
    public var ready: Bool
    /// How far it has got.
    public var status: InstanceStatus
    /// When it was found.
    public var discoveredAt: Date
    /// Its place in a cluster; nil outside Kubernetes.
    public var kubernetes: Kubernetes?
    /// The host whose agent runs it; nil where no agent does.
    public var host: Host?

    /// Describes an instance that is known and not up yet.
    public init(
        id: InstanceID, name: String, description: String = "", status: InstanceStatus = .unknown,
        discoveredAt: Date = Date()
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.status = status
        self.discoveredAt = discoveredAt
        provisioned = true
        ready = status == .ready
    }

    /// Writes every key, with `null` for what does not exist.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(description, forKey: .description)
        try container.encode(podName, forKey: .podName)
        try container.encode(podIP, forKey: .podIP)
        try container.encode(streamUrl, forKey: .streamUrl)
        try container.encode(vncUrl, forKey: .vncUrl)
        try container.encode(healthUrl, forKey: .healthUrl)
        try container.encode(provisioned, forKey: .provisioned)
        try container.encode(ready, forKey: .ready)
        try container.encode(status, forKey: .status)
        try container.encode(discoveredAt, forKey: .discoveredAt)
        try container.encode(kubernetes, forKey: .kubernetes)
        try container.encode(host, forKey: .host)
    }

    /// A host with an agent.
    public struct Host: Sendable, Codable, Hashable {
        /// What people call it.
        public var name: String
        /// Its address.
        public var address: String
        /// Whether its agent answers.
        public var reachable: Bool

        /// Describes a host.
        public init(name: String, address: String, reachable: Bool) {
            (self.name, self.address, self.reachable) = (name, address, reachable)
        }
    }

    /// A place in a cluster.
    public struct Kubernetes: Sendable, Codable, Hashable {
        /// The pod's namespace.
        public var namespace: String
        /// The node it was scheduled to; nil before that.
        @ExplicitNull public var nodeName: String?
        /// The pod's address; nil before it has one.
        @ExplicitNull public var podIP: String?
        /// When the pod started; nil before that.
        @ExplicitNull public var startTime: Date?
        /// The set it belongs to; nil when it belongs to none.
        @ExplicitNull public var statefulSet: StatefulSet?
        /// The pod's phase, as `Running`; nil while there is no pod.
        @ExplicitNull public var phase: String?
        /// Why the pod is not ready, in Kubernetes' words; nil for one that is.
        @ExplicitNull public var reason: String?
        /// Why the pod does not have the share of the processors that the active set means; nil where it has.
        @ExplicitNull public var shareObstacle: String?

        /// Describes a place.
        public init(
            namespace: String, nodeName: String? = nil, podIP: String? = nil, startTime: Date? = nil,
            statefulSet: StatefulSet? = nil
        ) {
            self.namespace = namespace
            self.nodeName = nodeName
            self.podIP = podIP
            self.startTime = startTime
            self.statefulSet = statefulSet
        }
    }

    /// A set of pods.
    public struct StatefulSet: Sendable, Codable, Hashable {
        /// Its name.
        public var name: String
        /// Pods wanted.
        public var replicas: Int
        /// Pods ready.
        public var readyReplicas: Int

        /// Describes a set.
        public init(name: String, replicas: Int, readyReplicas: Int) {
            self.name = name
            self.replicas = replicas
            self.readyReplicas = readyReplicas
        }
    }
}
