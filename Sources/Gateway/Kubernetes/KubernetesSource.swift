import Fleet
import Foundation
import Logging

/// The emulator pods of a namespace as instances. While the API is away the last known set stays, and is told to be stale.
actor KubernetesSource: InstanceSource {
    /// Times.
    struct Limits: Sendable {
        var pods = KubernetesReflector<KubernetesPod>.Limits()
        var sets = KubernetesReflector<KubernetesStatefulSet>.Limits()
        var services = KubernetesReflector<KubernetesService>.Limits()
        /// How long changes are gathered: a thousand pods that come at once are one set.
        var gathering = Duration.milliseconds(20)
        /// How long a permission that is missing is believed to be so, unless the pods are listed anew before: nothing
        /// tells of a Role that changes.
        var refusal = Duration.seconds(300)
    }

    /// How things stand.
    struct Standing: Sendable {
        /// The pods were listed at least once.
        var isLoaded = false
        /// The API server is away, or does not let the pods be seen: they are as they were last.
        var isStale = false
        /// When the API told something last.
        var lastContact: Date?
        /// What keeps it from seeing all: of the pods first, then of the rest; nil when nothing does.
        var lastError: String?
        /// The Services that lead to the pods.
        var services: [String] = []
    }

    private enum Part: Int, CaseIterable {
        case pods, sets, services
    }

    let cluster: KubernetesCluster
    private let client: KubernetesClient
    private let limits: Limits
    private let logger: Logger
    private nonisolated let board = InstanceBoard()
    private var state: ClusterState
    private var problems: [Part: KubernetesError] = [:]
    private var isLoaded = false
    private var lastContact: Date?
    /// Pods could not be deleted for want of a permission, and when that was.
    private var refusal: (error: KubernetesError, at: ContinuousClock.Instant)?
    private var pods: KubernetesReflector<KubernetesPod>?
    private var tasks: [Task<Void, Never>] = []
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private var expiry: Task<Void, Never>?

    init(_ client: KubernetesClient, limits: Limits = Limits(), logger: Logger) {
        let cluster = client.cluster
        self.cluster = cluster
        self.client = client
        self.limits = limits
        self.logger = logger
        var rules = ClusterState.Rules(
            nodePort: cluster.nodePort, statefulSet: cluster.statefulSet, labels: cluster.labels)
        rules.maxPods = max(1, limits.pods.objects - 1)
        state = ClusterState(rules)
        (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The whole set, now and after every change; nothing before the first list.
    nonisolated func updates() -> AsyncStream<[Instance]> { board.updates() }

    /// Begins to list and watch.
    func start() {
        guard tasks.isEmpty else { return }
        let namespace = cluster.namespace
        let pods = KubernetesReflector(
            client, KubernetesResource<KubernetesPod>("pods", in: namespace, selector: cluster.selector),
            limits: limits.pods, logger: logger
        ) { [weak self] in await self?.take($0) }
        let sets = KubernetesReflector(
            client, KubernetesResource<KubernetesStatefulSet>("statefulsets", group: "apps/v1", in: namespace),
            limits: limits.sets, logger: logger
        ) { [weak self] in await self?.take($0) }
        let services = KubernetesReflector(
            client, KubernetesResource<KubernetesService>("services", in: namespace), limits: limits.services,
            logger: logger
        ) { [weak self] in await self?.take($0) }
        self.pods = pods
        tasks = [
            Task { await pods.run() }, Task { await sets.run() }, Task { await services.run() },
            Task { [rings, limits] in
                for await _ in rings {
                    try? await Task.sleep(for: limits.gathering)
                    self.publish()
                }
            },
        ]
    }

    /// Ends, and returns when that is done.
    func stop() async {
        bell.finish()
        expiry?.cancel()
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        await expiry?.value
        board.finish()
        await client.close()
    }

    /// Lists the pods again.
    /// - Throws: ``KubernetesError``.
    func refresh() async throws {
        try await pods?.refresh()
        publish()
    }

    /// How things stand.
    var standing: Standing {
        let error = Part.allCases.lazy.compactMap { self.problems[$0]?.description }.first
        return Standing(
            isLoaded: isLoaded, isStale: isLoaded && problems[.pods] != nil, lastContact: lastContact,
            lastError: error ?? state.oddity, services: state.serviceNames)
    }

    /// What keeps pods from being deleted; nil when nothing does that is known.
    var deletionObstacle: String? {
        if isLoaded, let problem = problems[.pods] { return "the Kubernetes API is away: \(problem)" }
        guard let refusal, ContinuousClock.now - refusal.at < limits.refusal else { return nil }
        return "\(refusal.error)"
    }

    /// Takes how the deletion of a pod went; nil where it was taken on.
    func noteDeletion(_ error: KubernetesError?) {
        guard let error else { return refusal = nil }
        if case .forbidden = error { refusal = (error, .now) }
    }

    /// The pod of an instance; nil where there is none now.
    func pod(of id: InstanceID) -> KubernetesPod? { state.pod(of: id) }

    /// Where an instance's node listens now, and whose it is; nil while it does not.
    func node(of id: InstanceID) -> (uid: String, url: String)? {
        guard let pod = state.pod(of: id), !pod.isTerminating, let url = state.url(of: pod) else { return nil }
        return (pod.metadata.uid, url)
    }

    /// What gives each pod that runs its share of the processors.
    func shares(_ share: @Sendable (InstanceID) -> Double) -> [(
        id: InstanceID, pod: KubernetesPod, step: PodShare.Step
    )] {
        state.shares(share)
    }

    /// Tells why pods do not have theirs.
    func set(shareObstacles: [InstanceID: String]) {
        guard state.shareObstacles != shareObstacles else { return }
        state.shareObstacles = shareObstacles
        bell.yield()
    }

    private func take(_ news: KubernetesReflector<KubernetesPod>.News) {
        let now = ContinuousClock.now
        switch news {
        case .listed(let list):
            isLoaded = true
            // Who looks anew may be allowed more by now.
            refusal = nil
            state.listed(pods: list, at: now)
            bell.yield()
        case .events(let events):
            var changed = false
            for event in events where state.apply(pod: event, at: now) { changed = true }
            if changed { bell.yield() }
        case .watching, .failed: break
        }
        note(news, .pods)
    }

    private func take(_ news: KubernetesReflector<KubernetesStatefulSet>.News) {
        switch news {
        case .listed(let list):
            state.listed(sets: list)
            bell.yield()
        case .events(let events):
            var changed = false
            for event in events where state.apply(set: event) { changed = true }
            if changed { bell.yield() }
        case .watching, .failed: break
        }
        note(news, .sets)
    }

    private func take(_ news: KubernetesReflector<KubernetesService>.News) {
        switch news {
        case .listed(let list): state.listed(services: list)
        case .events(let events): for event in events { _ = state.apply(service: event) }
        case .watching, .failed: break
        }
        note(news, .services)
    }

    /// Remembers what is the matter with a part, and logs it once.
    private func note<Object>(_ news: KubernetesReflector<Object>.News, _ part: Part) {
        guard case .failed(let error) = news else {
            if part == .pods { lastContact = Date() }
            // A list alone is not enough: it may be all that is allowed.
            guard case .watching = news, problems.removeValue(forKey: part) != nil else { return }
            logger.notice("the Kubernetes API is there again", metadata: ["resource": "\(part)"])
            return
        }
        guard problems.updateValue(error, forKey: part) != error else { return }
        logger.warning(
            part == .pods && isLoaded ? "keeping the last known pods: \(error)" : "\(error)",
            metadata: ["resource": "\(part)"])
    }

    private func publish() {
        guard isLoaded else { return }
        let now = ContinuousClock.now
        board.publish(state.instances(at: now))
        expiry?.cancel()
        expiry = state.nextExpiry().map { next in
            Task { [bell] in
                guard (try? await Task.sleep(until: next)) != nil else { return }
                bell.yield()
            }
        }
    }
}
