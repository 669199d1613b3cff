import Fleet
import Foundation
import Logging
import Probe
import ServiceLifecycle

/// Takes what discovery finds, listens to every node, keeps what they say of their health, and tells the ``EventFeed``.
/// Nobody is polled: a node tells its health once a second, and one that does not is told as not reporting.
actor NodeWatch: Service {
    private struct Listening {
        let url: String
        let number: Int
        let task: Task<Void, Never>
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
    }

    /// What is known of a node.
    func state(of id: InstanceID) -> NodeState { states[id] ?? NodeState() }

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
        let tasks = listening.values.map(\.task)
        listening = [:]
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
            let isNew = instances.updateValue(instance, forKey: instance.id) == nil
            if isNew {
                await feed.tell(
                    .instance(.init(phase: .announcing, progress: 0, message: "it was found")), of: instance.id)
            }
            if listening[instance.id]?.url != instance.streamUrl {
                // Another node, or none: what the last one said says nothing about it.
                unlisten(instance.id)
                await endViewers(Set(await feed.snapshot.viewers(of: instance.id)), of: instance.id)
                listen(to: instance)
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
        let number = number
        states[instance.id] = NodeState(url: url)
        var subscription = NodeSubscription(instance: instance, client: client)
        subscription.silence = silence
        // Of very many nodes that do not answer at most about a hundred are tried in a second.
        subscription.waits.last = max(subscription.waits.last, .milliseconds(10) * instances.count)
        let task = Task { [subscription] in
            await subscription.run { news in await self.take(news, of: instance.id, from: number) }
        }
        listening[instance.id] = Listening(url: url, number: number, task: task)
    }

    private func unlisten(_ id: InstanceID) {
        states[id] = nil
        listening.removeValue(forKey: id)?.task.cancel()
    }

    private func take(_ news: NodeSubscription.News, of id: InstanceID, from number: Int) async {
        guard listening[id]?.number == number, let instance = instances[id] else { return }
        switch news {
        case .opened:
            let stale = Set(await feed.snapshot.viewers(of: id))
            listening[id]?.stale = stale
            listening[id]?.reports = 0
        case .event(let event):
            if case .viewer(let viewer) = event.kind { listening[id]?.stale.remove(viewer.id) }
            guard case .health(let report) = event.kind else { return await feed.pass(event) }
            let wasReporting = states[id]?.isReporting == true
            states[id] = NodeState(url: instance.streamUrl, report: report, reportedAt: .now)
            trends[id, default: Trend()].note(report)
            if !wasReporting { logger.info("node reports", metadata: ["instance": "\(id)"]) }
            await feed.pass(event)
            await tellStage(of: instance)
            await endStaleViewers(of: id)
        case .failed(let failure):
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
    }

    /// Once a second: counts nodes that do not report, and tells so again.
    private func check() async {
        for (id, instance) in instances.sorted(by: { $0.key < $1.key }) {
            guard let state = states[id] else {
                await recovery.expire(id)
                continue
            }
            if state.failure != nil {
                states[id]?.failures += 1
                await tellSilence(of: instance)
                let report = NodeReport(instance: instance, state: states[id] ?? state).health
                await recovery.note(report, reports: false, of: id)
            } else if state.report != nil {
                await recovery.note(nil, reports: true, of: id)
            }
        }
    }

    private func tellSilence(of instance: Instance) async {
        let report = NodeReport(instance: instance, state: state(of: instance.id))
        if let health = report.health { await feed.tell(.health(health), of: instance.id) }
        await tellStage(of: instance)
    }

    private func tellStage(of instance: Instance) async {
        let news = InstanceStage.news(of: instance, state(of: instance.id))
        guard await feed.snapshot.news(of: instance.id) != news, instances[instance.id] != nil else { return }
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
