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
    }

    private let logger: Logger
    private let name: @Sendable (Int) -> String
    private let nodes: [Node]
    private let history: HistoryStore?
    private nonisolated let ids = EventIDs()
    private nonisolated let eventsFanout = EventFanout<FleetEvent>(capacity: 256)
    private nonisolated let board = InstanceBoard()
    private nonisolated let fanout = EventFanout<CrashRecord>()
    private var watchers: [Task<Void, Never>] = []

    /// Describes the nodes; nothing is started yet.
    ///
    /// - Parameters:
    ///   - count: instances `instance-0` ... `instance-<count - 1>`.
    ///   - run: their run directory; the caller holds its lock.
    ///   - command: how a node is started.
    ///   - name: what people call instance N.
    ///   - startDeadline: how long a node may take until its `node.json` is there.
    ///   - history: where crashes and states are kept across restarts.
    public init(
        count: Int, run: RunDirectory, command: NodeCommand, policy: RestartPolicy = RestartPolicy(),
        startDeadline: Duration = .seconds(30), history: HistoryStore? = nil,
        name: @escaping @Sendable (Int) -> String = { "Loco guest \($0)" }, logger: Logger
    ) throws {
        self.logger = logger
        self.name = name
        self.history = history
        nodes = try (0..<max(0, count)).map { ordinal in
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
    }

    /// Starts all nodes side by side and returns at once; `updates()` tells how they come up.
    public func start() async {
        guard watchers.isEmpty else { return }
        await publish()
        await remember()
        for node in nodes {
            let (states, crashes) = (node.supervisor.states, node.supervisor.crashes)
            watchers.append(
                Task {
                    for await status in states {
                        await self.publish()
                        await self.tell(.service(status), of: node.id)
                    }
                })
            watchers.append(
                Task { [fanout] in
                    for await crash in crashes {
                        fanout.send(crash)
                        await self.tell(.crash(crash), of: node.id)
                    }
                })
            await node.supervisor.begin()
        }
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
        for node in nodes { node.supervisor.finish() }
        for watcher in watchers { await watcher.value }
        watchers = []
        board.finish()
        fanout.finish()
        eventsFanout.finish()
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
        var instances: [Instance] = []
        for (ordinal, node) in nodes.enumerated() {
            let status = await node.supervisor.status
            var instance = Instance(
                id: node.id, name: name(ordinal), description: "a guest on this machine",
                status: Self.status(of: status.state), discoveredAt: node.discoveredAt)
            if status.state == .running, let record = await node.process.record {
                instance.streamUrl = record.url
                instance.healthUrl = record.url + "/health"
            }
            instance.ready = instance.status == .ready && instance.streamUrl != nil
            instances.append(instance)
        }
        board.publish(instances)
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
