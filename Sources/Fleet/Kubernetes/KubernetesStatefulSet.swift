/// A StatefulSet, as far as the fleet looks at it.
public struct KubernetesStatefulSet: KubernetesObject {
    /// What is wanted.
    public struct Spec: Decodable, Sendable, Hashable {
        /// The numbers of its pods.
        public struct Ordinals: Decodable, Sendable, Hashable {
            /// The first one's.
            public var start: Int?
        }

        /// How its pods are made.
        public struct Template: Decodable, Sendable, Hashable {
            /// Their plan.
            public var spec: KubernetesPod.Spec?
        }

        /// Pods wanted; nil means one.
        public var replicas: Int?
        /// Where their numbers begin.
        public var ordinals: Ordinals?
        /// The headless Service that names its pods.
        public var serviceName: String?
        /// How its pods are made.
        public var template: Template?
    }

    /// What is there. It lags behind the pods, and `readyReplicas` counts terminating ones.
    public struct Status: Decodable, Sendable, Hashable {
        /// Pods there are.
        public var replicas: Int?
        /// Pods that are ready.
        public var readyReplicas: Int?
    }

    /// Who it is.
    public var metadata: KubernetesMetadata
    /// What is wanted.
    public var spec: Spec?
    /// What is there.
    public var status: Status?

    /// Whether the set wants a pod of that number.
    public func wants(_ ordinal: Int) -> Bool {
        let start = spec?.ordinals?.start ?? 0
        return (start..<start + max(0, spec?.replicas ?? 1)).contains(ordinal)
    }
}
