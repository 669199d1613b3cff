import Foundation

/// Pods, StatefulSets and Services of one namespace, merged into instances. Time is passed in.
public struct ClusterState: Sendable {
    /// How it looks at pods.
    public struct Rules: Sendable {
        /// The port nodes listen on.
        public var nodePort: Int
        /// The set whose pods count where two sets' pods have one number, and that is scaled.
        public var statefulSet: String
        /// The labels pods are found by, as far as they are `name=value`.
        public var labels: [String: String]
        /// The most pods that are kept.
        public var maxPods = 5000
        /// How long an instance whose pod was deleted is still shown, where its set wants that pod: the set makes it again.
        public var awaited = Duration.seconds(10)
        /// The same where the set is not known.
        public var unknown = Duration.milliseconds(500)

        /// Rules with the usual times.
        public init(nodePort: Int, statefulSet: String, labels: [String: String] = [:]) {
            self.nodePort = nodePort
            self.statefulSet = statefulSet
            self.labels = labels
        }
    }

    private struct Departed {
        var pod: KubernetesPod
        var at: ContinuousClock.Instant
    }

    private let rules: Rules
    private(set) var pods: KubernetesStore<KubernetesPod>
    private(set) var sets: KubernetesStore<KubernetesStatefulSet>
    private(set) var services: KubernetesStore<KubernetesService>
    private var departed: [String: Departed] = [:]
    private var firstSeen: [InstanceID: Date] = [:]
    /// Why pods do not have the share of the processors that is meant for them.
    public var shareObstacles: [InstanceID: String] = [:]

    /// A state that knows of nothing.
    public init(_ rules: Rules) {
        self.rules = rules
        pods = KubernetesStore(limit: rules.maxPods)
        sets = KubernetesStore(limit: 1000)
        services = KubernetesStore(limit: 1000)
    }

    /// Takes all pods.
    public mutating func listed(pods list: [KubernetesPod], at now: ContinuousClock.Instant) {
        for pod in pods.replace(list) { departed[pod.metadata.name] = Departed(pod: pod, at: now) }
        departed = departed.filter { pods[$0.key] == nil }
    }

    /// Takes an event about a pod.
    ///
    /// - Returns: whether that changed anything.
    public mutating func apply(pod event: KubernetesEvent<KubernetesPod>, at now: ContinuousClock.Instant) -> Bool {
        switch pods.apply(event) {
        case .none: return false
        case .put(let name): departed[name] = nil
        case .removed:
            // As the event shows it, which is newer than what was known.
            if case .deleted(let pod) = event { departed[pod.metadata.name] = Departed(pod: pod, at: now) }
        }
        return true
    }

    /// Takes all StatefulSets.
    public mutating func listed(sets list: [KubernetesStatefulSet]) { _ = sets.replace(list) }

    /// Takes an event about a StatefulSet; gives whether that changed anything.
    public mutating func apply(set event: KubernetesEvent<KubernetesStatefulSet>) -> Bool { sets.apply(event) != .none }

    /// Takes all Services.
    public mutating func listed(services list: [KubernetesService]) { _ = services.replace(list) }

    /// Takes an event about a Service; gives whether that changed anything.
    public mutating func apply(service event: KubernetesEvent<KubernetesService>) -> Bool {
        services.apply(event) != .none
    }

    /// The Services that lead to the pods, by name.
    public var serviceNames: [String] {
        let labels = pods.all.first?.metadata.labels ?? rules.labels
        return services.all.filter { $0.leads(to: labels) }.map(\.metadata.name).sorted()
    }

    /// What people should know about the pods there are; nil when nothing is odd.
    public var oddity: String? {
        if !pods.surplus.isEmpty { return "there are more than \(rules.maxPods) pods: the others are not looked at" }
        var byOrdinal: [Int: String] = [:]
        for pod in pods.all.sorted(by: { $0.metadata.name < $1.metadata.name }) {
            let name = pod.metadata.name
            guard let ordinal = pod.ordinal else {
                return "pod \(name) has no number (the label apps.kubernetes.io/pod-index): it is no instance"
            }
            if let other = byOrdinal.updateValue(name, forKey: ordinal) {
                return "pods \(other) and \(name) have the same number: only one of them is an instance"
            }
        }
        return nil
    }

    /// The pod of an instance; nil where there is none now.
    public func pod(of id: InstanceID) -> KubernetesPod? {
        id.ordinal.flatMap { chosen[$0] }
    }

    /// What gives each pod that runs its share.
    ///
    /// - Parameter share: of an instance, over 0 to 1.
    public func shares(_ share: (InstanceID) -> Double) -> [(id: InstanceID, pod: KubernetesPod, step: PodShare.Step)] {
        chosen.sorted { $0.key < $1.key }.compactMap { ordinal, pod in
            guard pod.status?.phase == "Running", !pod.isTerminating else { return nil }
            let id = InstanceID(ordinal: ordinal)
            return (id, pod, PodShare.step(for: pod, of: set(of: pod), share: share(id)))
        }
    }

    /// The address of an instance's node; nil while it has none.
    public func url(of pod: KubernetesPod) -> String? {
        PodInstance(pod: pod, set: nil, nodePort: rules.nodePort).url
    }

    /// When a deleted pod is not awaited any more; nil when none is.
    public func nextExpiry() -> ContinuousClock.Instant? {
        departed.values.map { $0.at + patience(with: $0.pod) }.min()
    }

    /// The instances, by number.
    ///
    /// - Parameter date: when those are found that were not there before.
    public mutating func instances(at now: ContinuousClock.Instant, date: Date = Date()) -> [Instance] {
        departed = departed.filter { $0.value.at + patience(with: $0.value.pod) > now }
        var pods = chosen.mapValues { PodInstance(pod: $0, set: set(of: $0), nodePort: rules.nodePort) }
        for (_, gone) in departed {
            guard let ordinal = gone.pod.ordinal, pods[ordinal] == nil else { continue }
            pods[ordinal] = PodInstance(
                pod: gone.pod, set: set(of: gone.pod), nodePort: rules.nodePort, isAwaited: true)
        }
        let instances = pods.sorted { $0.key < $1.key }.compactMap { ordinal, pod in
            let id = InstanceID(ordinal: ordinal)
            var instance = pod.instance(discoveredAt: firstSeen[id] ?? date)
            instance?.kubernetes?.shareObstacle = shareObstacles[id]
            return instance
        }
        firstSeen = Dictionary(instances.map { ($0.id, $0.discoveredAt) }) { first, _ in first }
        return instances
    }

    private func set(of pod: KubernetesPod) -> KubernetesStatefulSet? { pod.statefulSet.flatMap { sets[$0] } }

    private func patience(with pod: KubernetesPod) -> Duration {
        guard pod.statefulSet != nil, let ordinal = pod.ordinal else { return .zero }
        guard let set = set(of: pod) else { return rules.unknown }
        return set.wants(ordinal) ? rules.awaited : .zero
    }

    /// One pod per number: of the set that was named, not on its way out, the newest.
    private var chosen: [Int: KubernetesPod] {
        Dictionary(pods.all.compactMap { pod in pod.ordinal.map { ($0, pod) } }) { a, b in
            func rank(_ pod: KubernetesPod) -> (Int, Int, Date, String) {
                (
                    pod.statefulSet == rules.statefulSet ? 1 : 0, pod.isTerminating ? 0 : 1,
                    pod.metadata.creationTimestamp ?? .distantPast, pod.metadata.uid
                )
            }
            return rank(a) < rank(b) ? b : a
        }
    }
}
