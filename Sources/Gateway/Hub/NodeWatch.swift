import Fleet
import Foundation
import Logging
import Probe
import ServiceLifecycle

/// Takes what discovery finds, listens to every node, keeps what they say of their health, and tells the ``EventFeed``.
/// Nobody is polled: a node tells its health once a second, and one that does not is told as not reporting. A node that
/// cannot be listened to costs an attempt now and then, as ``NodeAttempts`` says, and neither a task nor a timer of its own.
actor NodeWatch: Service {
    private struct Listening {
        let url: String
        let number: Int
        /// The attempt under way, or what is heard of it; nil between two attempts.
        var task: Task<Void, Never>?
        /// Sessions told before the stream was opened anew, that the node has not told again.
        var stale: Set<String> = []
        /// Reports since then.
        var reports = 0
    }

    private let discovery: InstanceDiscovery
    private let registry: InstanceRegistry
    private let client: NodeClient
    private let feed: EventFeed
    private let recovery: NodeRecovery
    private let silence: Duration
    private let interval: Duration
    private let logger: Logger
    private var instances: [InstanceID: Instance] = [:]
    private var states: [InstanceID: NodeState] = [:]
    private var trends: [InstanceID: Trend] = [:]
    private var listening: [InstanceID: Listening] = [:]
    private var processes: [InstanceID: ServiceStatus] = [:]
    private var number = 0
    private var attempts: NodeAttempts
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private var alarm: Task<Void, Never>?
    /// Nodes that do not report and are to be told of again.
    private var round: [InstanceID] = []
    /// Nodes that begin to report.
    nonisolated let arrivals = EventFanout<InstanceID>(capacity: 1024)

    /// Nodes that do not report of which is told again at a check, at most.
    private static let retold = 50

    /// - Parameters:
    ///   - silence: a node that tells nothing for so long does not report.
    ///   - interval: between two checks.
    init(
        discovery: InstanceDiscovery, registry: InstanceRegistry, client: NodeClient, feed: EventFeed,
        recovery: NodeRecovery, silence: Duration = .seconds(3), interval: Duration = .seconds(1), logger: Logger
    ) {
        self.discovery = discovery
        self.registry = registry
        self.client = client
        self.feed = feed
        self.recovery = recovery
        self.silence = silence
        self.interval = interval
        self.logger = logger
        attempts = NodeAttempts(at: .now)
        (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What is known of a node.
    func state(of id: InstanceID) -> NodeState { states[id] ?? NodeState() }

    /// What is known of the nodes that report.
    var reporting: [InstanceID: NodeState] { states.filter(\.value.isReporting) }

    /// The last ten minutes of an instance; empty before its node's first report.
    func trend(of id: InstanceID) -> Trend { trends[id] ?? Trend() }

    /// Follows and listens until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await found in self.discovery.source.updates() {
                        await self.registry.apply(found)
                        await self.follow(found)
                    }
                }
                group.addTask {
                    while (try? await Task.sleep(for: self.interval)) != nil { await self.check() }
                }
                group.addTask { for await _ in self.rings { await self.tryNodes() } }
                if let owner = self.discovery.owner {
                    group.addTask {
                        for await crash in owner.crashes() {
                            guard let id = InstanceID(crash.service) else { continue }
                            await self.feed.tell(.crash(crash), of: id)
                        }
                    }
                }
            }
        }
        alarm?.cancel()
        let tasks = listening.values.compactMap(\.task)
        listening = [:]
        arrivals.finish()
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Begins and ends listening as instances come and go.
    private func follow(_ found: [Instance]) async {
        let gone = Set(instances.keys).subtracting(found.map(\.id)).sorted()
        for id in gone {
            instances[id] = nil
            unlisten(id)
            processes[id] = nil
            trends[id] = nil
            await recovery.forget(id)
            await feed.tell(.instance(.init(phase: .gone, message: await registry.goneReason)), of: id)
        }
        for instance in found {
            let before = instances.updateValue(instance, forKey: instance.id)
            if before == nil {
                await feed.tell(
                    .instance(.init(phase: .announcing, progress: 0, message: "it was found")), of: instance.id)
            }
            if listening[instance.id]?.url != instance.streamUrl {
                // Another node, or none: what the last one said says nothing about it.
                unlisten(instance.id)
                await endViewers(Set(await feed.snapshot.viewers(of: instance.id)), of: instance.id)
                listen(to: instance)
            } else if instance.ready == true, before?.ready != true {
                attempts.hurry(instance.id, at: .now)
                bell.yield()
            }
            await tellStage(of: instance)
        }
        for status in await discovery.owner?.services() ?? [] {
            guard let id = InstanceID(status.name), processes[id] != status else { continue }
            processes[id] = status
            await feed.tell(.service(status), of: id)
        }
    }

    private func listen(to instance: Instance) {
        guard let url = instance.streamUrl else { return }
        number += 1
        states[instance.id] = NodeState(url: url)
        listening[instance.id] = Listening(url: url, number: number)
        attempts.add(instance.id, at: .now)
        bell.yield()
    }

    private func unlisten(_ id: InstanceID) {
        states[id] = nil
        attempts.remove(id)
        listening.removeValue(forKey: id)?.task?.cancel()
    }

    /// Tries the nodes whose turn it is, and has itself called again when it is the next one's.
    private func tryNodes() {
        let now = ContinuousClock.now
        for id in attempts.next(at: now) {
            guard let instance = instances[id], let number = listening[id]?.number else {
                attempts.remove(id)
                continue
            }
            let subscription = NodeSubscription(instance: instance, client: client, silence: silence)
            listening[id]?.task = Task {
                let failure = await subscription.listen { news in await self.take(news, of: id, from: number) }
                await self.end(id, number, failure)
            }
        }
        alarm?.cancel()
        alarm = attempts.nextDue(at: now).map { due in
            Task { [bell] in
                guard (try? await Task.sleep(until: due)) != nil else { return }
                bell.yield()
            }
        }
    }

    /// A node is not listened to any more: because of a failure, or because it ended what it was telling.
    private func end(_ id: InstanceID, _ number: Int, _ failure: NodeClient.Failure?) async {
        guard listening[id]?.number == number, !Task.isCancelled else { return }
        listening[id]?.task = nil
        if let failure {
            attempts.failed(id, at: .now)
            await note(failure, of: id)
        } else {
            attempts.ended(id, at: .now)
        }
        bell.yield()
    }

    private func take(_ news: NodeSubscription.News, of id: InstanceID, from number: Int) async {
        guard listening[id]?.number == number, let instance = instances[id] else { return }
        switch news {
        case .opened:
            attempts.opened(id)
            bell.yield()
            let stale = Set(await feed.snapshot.viewers(of: id))
            listening[id]?.stale = stale
            listening[id]?.reports = 0
        case .event(let event):
            if case .viewer(let viewer) = event.kind { listening[id]?.stale.remove(viewer.id) }
            guard case .health(let report) = event.kind else { return await feed.pass(event) }
            let wasReporting = states[id]?.isReporting == true
            states[id] = NodeState(url: instance.streamUrl, report: report, reportedAt: .now)
            trends[id, default: Trend()].note(report)
            if !wasReporting {
                attempts.reported(id)
                arrivals.send(id)
                logger.info("node reports", metadata: ["instance": "\(id)"])
            }
            await feed.pass(event)
            await tellStage(of: instance)
            await endStaleViewers(of: id)
        }
    }

    private func note(_ failure: NodeClient.Failure, of id: InstanceID) async {
        guard let instance = instances[id] else { return }
        let before = states[id]?.failure
        states[id, default: NodeState(url: instance.streamUrl)].failure = failure.reason
        states[id]?.failureMessage = failure.message
        guard before != failure.reason else { return }
        logger.warning(
            "node does not report",
            metadata: ["instance": "\(id)", "why": "\(failure.reason.rawValue)", "seen": "\(failure.message)"])
        // With the process its sessions are gone; those of a node that is only cut off may live.
        if failure.reason == .refused {
            await endViewers(Set(await feed.snapshot.viewers(of: id)), of: id)
            await endRecordings(of: id)
        }
        await tellSilence(of: instance)
    }

    /// Once a second: counts nodes that do not report, tells what changed by that, and tells of some of them again.
    private func check() async {
        var checks: [NodeCheck] = []
        var without: [InstanceID] = []
        var changed: [Instance] = []
        for (id, instance) in instances {
            guard let state = states[id] else {
                without.append(id)
                continue
            }
            if state.failure != nil {
                states[id]?.failures += 1
                if state.failures + 1 == NodeRecovery.checks { changed.append(instance) }
                checks.append(NodeCheck(instance: instance, state: states[id] ?? state))
            } else if state.report != nil {
                checks.append(NodeCheck(instance: instance, state: state))
            }
        }
        for instance in changed { await tellSilence(of: instance) }
        await tellAgain()
        await recovery.note(checks, without: without)
    }

    /// For who reads: that a node does not report is true of now, too. Of very many a part each time.
    private func tellAgain() async {
        guard await feed.counts.readers > 0 else { return }
        if round.isEmpty { round = states.filter { $0.value.failure != nil }.map(\.key) }
        let part = round.prefix(Self.retold)
        round.removeFirst(part.count)
        for id in part where states[id]?.failure != nil {
            if let instance = instances[id] { await tellSilence(of: instance) }
        }
    }

    private func tellSilence(of instance: Instance) async {
        let report = NodeReport(instance: instance, state: state(of: instance.id))
        if let health = report.health { await feed.tell(.health(health), of: instance.id) }
        await tellStage(of: instance)
    }

    private func tellStage(of instance: Instance) async {
        let news = InstanceStage.news(of: instance, state(of: instance.id))
        guard await feed.news(of: instance.id) != news, instances[instance.id] != nil else { return }
        await feed.tell(.instance(news), of: instance.id)
    }

    /// By its second report a node has told all the sessions it has.
    private func endStaleViewers(of id: InstanceID) async {
        guard let listened = listening[id], listened.reports < 2 else { return }
        listening[id]?.reports += 1
        guard listened.reports == 1 else { return }
        listening[id]?.stale = []
        await endViewers(listened.stale, of: id)
    }

    /// Its files are there; when the node is back, it lists them.
    private func endRecordings(of id: InstanceID) async {
        for var recording in await feed.snapshot.recordings(of: id) {
            recording.state = .finished
            recording.error = .init(code: "node-lost", message: "the node of \(id) ended while it recorded")
            await feed.tell(.recording(recording), of: id)
        }
    }

    private func endViewers(_ viewers: Set<String>, of id: InstanceID) async {
        for viewer in viewers.sorted() {
            await feed.tell(.viewer(.init(id: viewer, phase: .left, reason: "node-lost")), of: id)
        }
    }
}
