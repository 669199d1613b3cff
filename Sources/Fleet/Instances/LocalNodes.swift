import Foundation
import Logging

/// The nodes of this machine: starts them, keeps each up by the restart policy, and publishes them as instances.
///
/// A node that dies takes nobody with it; the policy starts it again. Nodes die with this process. What happens to their
/// processes is told as events, and kept where there is a history.
public actor LocalNodes: InstanceSource {
    private struct Node {
        let id: InstanceID
        let process: NodeProcess
        let supervisor: Supervisor<ContinuousClock>
        let discoveredAt: Date
        /// Follow what the supervisor tells, to its end.
        var watchers: [Task<Void, Never>] = []
    }

    private let logger: Logger
    private let name: @Sendable (Int) -> String
    private let run: RunDirectory
    private let command: NodeCommand
    private let policy: RestartPolicy
    private let startDeadline: Duration
    private var nodes: [Node] = []
    private let history: HistoryStore?
    private nonisolated let ids = EventIDs()
    private nonisolated let eventsFanout = EventFanout<FleetEvent>(capacity: 256)
    private nonisolated let board = InstanceBoard()
    private nonisolated let fanout = EventFanout<CrashRecord>()
    private var isUp = false
    private var publications = 0
    /// The newest of the scalings that wait for each other.
    private var scaling: Task<Void, Never>?

    /// Describes the nodes; nothing is started yet.
    ///
    /// - Parameters:
    ///   - count: instances `instance-0` ... `instance-<count - 1>`.
    ///   - run: their run directory; the caller holds its lock.
    ///   - command: how a node is started.
    ///   - name: what people call instance N.
    ///   - startDeadline: how long a node may take until its `node.json` says that its guest is up.
    ///   - history: where crashes and states are kept across restarts.
    public init(
        count: Int, run: RunDirectory, command: NodeCommand, policy: RestartPolicy = RestartPolicy(),
        startDeadline: Duration = .seconds(30), history: HistoryStore? = nil,
        name: @escaping @Sendable (Int) -> String = { "Loco guest \($0)" }, logger: Logger
    ) throws {
        self.logger = logger
        self.name = name
        self.history = history
        (self.run, self.command, self.policy, self.startDeadline) = (run, command, policy, startDeadline)
        nodes = try (0..<max(0, count)).map {
            try Self.node($0, run, command, policy, startDeadline: startDeadline, logger: logger)
        }
    }

    private static func node(
        _ ordinal: Int, _ run: RunDirectory, _ command: NodeCommand, _ policy: RestartPolicy, startDeadline: Duration,
        logger: Logger
    ) throws -> Node {
        let id = InstanceID(ordinal: ordinal)
        var logger = logger
        logger[metadataKey: "instance"] = "\(id)"
        let process = NodeProcess(
            id: id, directory: try run.instance(id), command: command, startDeadline: startDeadline, logger: logger)
        return Node(
            id: id, process: process,
            supervisor: Supervisor(process, policy: policy, clock: ContinuousClock(), logger: logger),
            discoveredAt: Date())
    }

    /// Starts all nodes side by side and returns at once; `updates()` tells how they come up.
    public func start() async {
        guard !isUp else { return }
        isUp = true
        await publish()
        await remember()
        for node in nodes { await begin(node.id) }
    }

    private func begin(_ id: InstanceID) async {
        guard let index = nodes.firstIndex(where: { $0.id == id }) else { return }
        let supervisor = nodes[index].supervisor
        let (states, crashes) = (supervisor.states, supervisor.crashes)
        let addresses = nodes[index].process.addresses
        nodes[index].watchers = [
            Task { for await _ in addresses { await self.publish() } },
            Task {
                for await status in states {
                    await self.publish()
                    await self.tell(.service(status), of: id)
                }
            },
            Task { [fanout] in
                for await crash in crashes {
                    fanout.send(crash)
                    await self.tell(.crash(crash), of: id)
                }
            },
        ]
        await supervisor.begin()
    }

    /// Starts or ends nodes until there are so many: new ones get the lowest numbers that are free, those with the
    /// highest go first. Returns when those that go are gone, and while new ones start.
    ///
    /// - Throws: what making a folder, or ending a node, throws; and `CancellationError` when all of them end.
    public func scale(to count: Int) async throws {
        let before = scaling
        let task = Task {
            await before?.value
            try await self.rescale(to: count)
        }
        scaling = Task { _ = await task.result }
        try await task.value
    }

    private func rescale(to count: Int) async throws {
        guard isUp else { throw CancellationError() }
        while nodes.count < count {
            let taken = Set(nodes.compactMap(\.id.ordinal))
            guard let ordinal = (0...).first(where: { !taken.contains($0) }) else { return }
            let node = try Self.node(
                ordinal, run, command, policy, startDeadline: startDeadline, logger: logger)
            nodes.append(node)
            nodes.sort { $0.id < $1.id }
            await publish()
            await begin(node.id)
        }
        let leaving = nodes.suffix(max(0, nodes.count - count))
        nodes.removeLast(leaving.count)
        // Before they end: their viewers are to hear that they were taken away, and not that they broke.
        await publish()
        try await end(Array(leaving))
    }

    /// The last crashes that an earlier process saw.
    private func remember() async {
        guard let history else { return }
        do {
            for kept in try await history.services() {
                guard let node = nodes.first(where: { $0.id == kept.instance && $0.process.name == kept.status.name })
                else { continue }
                await node.supervisor.remember(kept.status)
            }
        } catch {
            logger.error("what happened to the nodes earlier is not known", metadata: ["error": "\(error)"])
        }
    }

    private nonisolated func tell(_ kind: FleetEvent.Kind, of instance: InstanceID) async {
        let event = FleetEvent(id: ids.next(), instance: instance, kind: kind)
        eventsFanout.send(event)
        await history?.record(event)
    }

    /// Stops all nodes side by side and returns when all of them are confirmed gone.
    public func stop() async throws {
        isUp = false
        await scaling?.value
        let all = nodes
        defer {
            board.finish()
            fanout.finish()
            eventsFanout.finish()
        }
        try await end(all)
    }

    /// Stops nodes side by side, and what follows them.
    private func end(_ nodes: [Node]) async throws {
        var failure: (any Error)?
        await withTaskGroup(of: (any Error)?.self) { group in
            for node in nodes {
                group.addTask {
                    do {
                        try await node.supervisor.stop()
                        return nil
                    } catch { return error }
                }
            }
            for await error in group where error != nil { failure = error }
        }
        await publish()
        // Supervisors are over with: their streams end when the last change has been told and kept.
        for node in nodes {
            node.supervisor.finish()
            node.process.finish()
        }
        for node in nodes { for watcher in node.watchers { await watcher.value } }
        if let failure { throw failure }
    }

    /// The whole set, now and after every change.
    public nonisolated func updates() -> AsyncStream<[Instance]> { board.updates() }

    /// Ends of nodes that nobody asked for, from now on.
    public nonisolated var crashes: AsyncStream<CrashRecord> { fanout.subscribe() }

    /// Changes of the nodes' processes and their crashes, from now on: `service` and `crash` events whose service has the
    /// instance's name. Each access is a reader with a queue of 256.
    public nonisolated var events: AsyncStream<FleetEvent> { eventsFanout.subscribe() }

    /// The nodes as supervised services, by ordinal.
    public var services: [ServiceStatus] {
        get async {
            var result: [ServiceStatus] = []
            for node in nodes { result.append(await node.supervisor.status) }
            return result
        }
    }

    /// Ends a node and starts it again now.
    ///
    /// - Returns: false when there is no such instance.
    @discardableResult
    public func restart(_ id: InstanceID) async throws -> Bool {
        guard let node = nodes.first(where: { $0.id == id }) else { return false }
        try await node.supervisor.restart()
        return true
    }

    /// Mends an instance by what can be done from outside of its node: `.node`, which ends it and starts it again.
    ///
    /// - Throws: ``RecoveryError``, or what stopping and starting throw.
    public func recover(_ id: InstanceID, _ strategy: RecoveryStrategy) async throws {
        guard strategy == .node else { throw RecoveryError.unsupported(id, strategy) }
        guard try await restart(id) else { throw RecoveryError.unknown(id) }
    }

    /// The last lines a node wrote; nil when there is no such instance.
    public func log(_ id: InstanceID) async -> [String]? {
        await nodes.first { $0.id == id }?.process.lastLines
    }

    private func publish() async {
        publications += 1
        let number = publications
        var instances: [Instance] = []
        for node in nodes {
            let status = await node.supervisor.status
            var instance = Instance(
                id: node.id, name: name(node.id.ordinal ?? 0), description: "a guest on this machine",
                status: Self.status(of: status.state), discoveredAt: node.discoveredAt)
            // A node serves before its guest is up, and tells how far it is.
            if status.state == .running || status.state == .starting, let record = await node.process.record {
                instance.streamUrl = record.url
                instance.healthUrl = record.url + "/health"
            }
            instance.ready = instance.status == .ready && instance.streamUrl != nil
            instances.append(instance)
        }
        // Nodes come and go while they are asked: a newer look is not overwritten by an older one.
        if number == publications { board.publish(instances) }
    }

    private static func status(of state: ProcessState) -> InstanceStatus {
        switch state {
        case .running: .ready
        case .starting, .restarting: .booting
        case .error: .error
        case .stopped, .stopping: .unknown
        }
    }
}
