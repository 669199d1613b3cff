import Foundation
import Logging
import ServiceLifecycle

/// Asks every node how it is, every two seconds, and keeps what they said.
actor NodeHealth: Service {
    private let registry: InstanceRegistry
    private let client: NodeClient
    private let interval: Duration
    private let logger: Logger
    private var states: [String: NodeState] = [:]

    init(registry: InstanceRegistry, client: NodeClient, interval: Duration = .seconds(2), logger: Logger) {
        self.registry = registry
        self.client = client
        self.interval = interval
        self.logger = logger
    }

    /// What is known of a node.
    func state(of id: String) -> NodeState { states[id] ?? NodeState() }

    /// Looks for instances and asks them, until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // A failure is kept by the registry, which tells it to clients and to the log.
                try? await self.registry.refresh()
                await self.askAll()
                try? await Task.sleep(for: self.interval)
            }
        }
    }

    /// Asks every node once.
    func askAll() async {
        let instances = await registry.all()
        let client = client
        let answers = await withTaskGroup(of: (String, Result<JSONValue, NodeClient.Failure>).self) { group in
            for instance in instances where instance.nodeURL != nil {
                group.addTask { (instance.id, await client.health(of: instance)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let known = Set(instances.map(\.id))
        states = states.filter { known.contains($0.key) }
        for (id, answer) in answers { record(answer, for: id) }
    }

    private func record(_ answer: Result<JSONValue, NodeClient.Failure>, for id: String) {
        var state = states[id] ?? NodeState()
        let wasReachable = state.isReachable
        switch answer {
        case .success(let report):
            state = NodeState(report: report, reportedAt: Date())
        case .failure(let failure):
            state.failure = failure.reason
            state.failures += 1
        }
        states[id] = state
        if state.isReachable != wasReachable {
            logger.info("node \(state.isReachable ? "answers" : "does not answer")", metadata: ["instance": "\(id)"])
        }
    }
}
