import Foundation

/// A pod, as far as the fleet looks at it.
public struct KubernetesPod: KubernetesObject {
    /// The part of its plan.
    public struct Spec: Decodable, Sendable, Hashable {
        /// A container that is wanted.
        public struct Container: Decodable, Sendable, Hashable {
            /// Its name.
            public var name: String
            /// What it asks for and may use.
            public var resources: Resources?
        }

        /// Amounts by resource, as `{"cpu":"500m"}`.
        public struct Resources: Decodable, Sendable, Hashable {
            /// What is set aside for it.
            public var requests: [String: String]?
            /// The most it gets.
            public var limits: [String: String]?
        }

        /// The machine it was scheduled to.
        public var nodeName: String?
        /// Its containers; a bookmark has `null` here.
        public var containers: [Container]?
    }

    /// How far it has got.
    public struct Status: Decodable, Sendable, Hashable {
        /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`.
        public var phase: String?
        /// Its address.
        public var podIP: String?
        /// When the kubelet took it on.
        public var startTime: Date?
        /// Why it is in its phase, for the whole of it: `Evicted`.
        public var reason: String?
        /// The same in a sentence.
        public var message: String?
        /// What is true of it.
        public var conditions: [Condition]?
        /// Its containers.
        public var containerStatuses: [Container]?
    }

    /// Something that is true, false or unknown of a pod.
    public struct Condition: Decodable, Sendable, Hashable {
        /// `Ready`, `PodScheduled`.
        public var type: String
        /// `True`, `False`, `Unknown`.
        public var status: String
        /// Why, in one word.
        public var reason: String?
        /// Why, in a sentence.
        public var message: String?
    }

    /// A container as it is.
    public struct Container: Decodable, Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its readiness probe succeeds.
        public var ready: Bool
        /// Its start-up probe has succeeded; nil where nobody says.
        public var started: Bool?
        /// How often it was started again.
        public var restartCount: Int?
        /// Which of the three it is in.
        public var state: State?
    }

    /// A container's state; one of the three is there.
    public struct State: Decodable, Sendable, Hashable {
        /// Why it does not run.
        public struct Reason: Decodable, Sendable, Hashable {
            /// In one word: `CrashLoopBackOff`.
            public var reason: String?
            /// In a sentence.
            public var message: String?
            /// Of a process that ended.
            public var exitCode: Int?
        }

        /// What a running one tells.
        public struct Running: Decodable, Sendable, Hashable {}

        /// It is not started yet.
        public var waiting: Reason?
        /// It runs.
        public var running: Running?
        /// It has ended.
        public var terminated: Reason?
    }

    /// Who it is.
    public var metadata: KubernetesMetadata
    /// Its plan.
    public var spec: Spec?
    /// How far it has got.
    public var status: Status?

    /// Its number in its set: the label that the StatefulSet's controller writes, or else its name's tail; nil for a
    /// pod that has none.
    public var ordinal: Int? {
        let tail = metadata.name.split(separator: "-", omittingEmptySubsequences: false).last.map(String.init)
        return [metadata.labels["apps.kubernetes.io/pod-index"], tail].compactMap(\.self).lazy
            .compactMap(Self.number).first
    }

    /// The set that makes it again when it is deleted; nil when none does.
    public var statefulSet: String? {
        metadata.owners.first { $0.kind == "StatefulSet" && $0.controller == true }?.name
    }

    /// Whether something makes it again when it is deleted.
    public var hasController: Bool { metadata.owners.contains { $0.controller == true } }

    /// Whether it is being deleted.
    public var isTerminating: Bool { metadata.deletionTimestamp != nil }

    /// Digits only: Int reads signs too, and a Deployment's random tail may be a number too large.
    private static func number(_ text: String) -> Int? {
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
