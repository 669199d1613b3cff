import Foundation

/// One guest as the hub knows it: who it is and where its node answers.
struct HubInstance: Sendable, Equatable {
    /// Where Kubernetes runs it.
    struct Kubernetes: Sendable, Equatable, Codable {
        /// The stateful set the pod belongs to.
        struct StatefulSet: Sendable, Equatable, Codable {
            var name: String
            var replicas: Int
            var readyReplicas: Int
        }

        var namespace: String
        var nodeName: String?
        var podIP: String?
        var startTime: Date?
        var statefulSet: StatefulSet?
    }

    /// `instance-0`.
    var id: String
    /// What people call it.
    var name: String
    /// A sentence about it; may be empty.
    var description: String = ""
    /// The base URL of its node, `http://127.0.0.1:41234`; `nil` while the node does not listen yet.
    var nodeURL: String?
    /// Whether its place (a pod, a process) exists.
    var provisioned: Bool = true
    /// When it was first seen.
    var discoveredAt: Date
    /// The pod's name.
    var podName: String?
    /// Where Kubernetes runs it; `nil` elsewhere.
    var kubernetes: Kubernetes?
}
