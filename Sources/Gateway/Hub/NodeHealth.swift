import Fleet
import Foundation
import Logging
import ServiceLifecycle

/// Takes what discovery finds, asks every node how it is, every two seconds and at once when it is new, and keeps
/// what they said.
actor NodeHealth: Service {
    private let discovery: InstanceDiscovery
    private let registry: InstanceRegistry
    private let client: NodeClient
    private let interval: Duration
    private let logger: Logger
    private var states: [InstanceID: NodeState] = [:]

    init(
        discovery: InstanceDiscovery, registry: InstanceRegistry, client: NodeClient, interval: Duration = .seconds(2),
        logger: Logger
    ) {
        self.discovery = discovery
        self.registry = registry
        self.client = client
        self.interval = interval
        self.logger = logger
    }

    /// What is known of a node.
    func state(of id: InstanceID) -> NodeState { states[id] ?? NodeState() }

    /// Follows and asks until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await found in self.discovery.source.updates() {
                        await self.registry.apply(found)
                        await self.ask { state, instance in state?.url != instance.streamUrl }
                    }
                }
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: self.interval)
                        await self.ask { _, _ in true }
                    }
                }
            }
        }
    }

    /// Asks the nodes that `isWanted` picks, all at a time.
    private func ask(_ isWanted: (NodeState?, Instance) -> Bool) async {
        let instances = await registry.all()
        let wanted = instances.filter { $0.streamUrl != nil && isWanted(states[$0.id], $0) }
        let client = client
        let answers = await withTaskGroup(of: (Instance, Result<JSONValue, NodeClient.Failure>).self) { group in
            for instance in wanted {
                group.addTask { (instance, await client.health(of: instance)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        guard !Task.isCancelled else { return }
        let known = Set(await registry.all().map(\.id))
        states = states.filter { known.contains($0.key) }
        for (instance, answer) in answers where known.contains(instance.id) { record(answer, for: instance) }
    }

    private func record(_ answer: Result<JSONValue, NodeClient.Failure>, for instance: Instance) {
        var state = states[instance.id] ?? NodeState()
        let wasReachable = state.isReachable
        if state.url != instance.streamUrl { state = NodeState(url: instance.streamUrl) }
        switch answer {
        case .success(let report):
            state = NodeState(url: instance.streamUrl, report: report, reportedAt: Date())
        case .failure(let failure):
            state.failure = failure.reason
            state.failures += 1
        }
        states[instance.id] = state
        if state.isReachable != wasReachable {
            logger.info(
                state.isReachable ? "node answers" : "node does not answer", metadata: ["instance": "\(instance.id)"])
        }
    }
}
