import Foundation
import Logging

/// One `loco node` on this machine, as a service: up once its `node.json` says that its guest is.
actor NodeProcess: SupervisedService {
    nonisolated let name: String
    nonisolated let directory: InstanceDirectory

    private let child: ChildProcess
    private let startDeadline: Duration
    private let logger: Logger
    /// What the node told about itself; nil while it does not listen.
    private(set) var record: NodeRecord?
    /// Told when it listens, which is before it is up.
    private nonisolated let listening = EventFanout<NodeRecord>(capacity: 4)

    init(id: InstanceID, directory: InstanceDirectory, command: NodeCommand, startDeadline: Duration, logger: Logger) {
        name = id.description
        self.directory = directory
        self.startDeadline = startDeadline
        self.logger = logger
        var child = ChildCommand(
            name: id.description, executable: command.executable, arguments: command.arguments(id, directory),
            environment: command.environment, logPath: directory.log("node"))
        child.parentDeathSignal = .terminate
        self.child = ChildProcess(child, logger: logger)
    }

    var pid: Int32? {
        get async { await child.identity?.pid }
    }

    /// The last lines the node wrote.
    var lastLines: [String] {
        get async { await child.lastLines }
    }

    /// Where it listens, from now on, whenever that is another place.
    nonisolated var addresses: AsyncStream<NodeRecord> { listening.subscribe() }

    /// Ends the streams of addresses.
    nonisolated func finish() { listening.finish() }

    func start() async throws {
        record = nil
        do {
            try await waitForPredecessor(within: .seconds(15))
            unlink(directory.nodeFile)
            try await child.start()
            let directory = directory
            let identity = await child.identity
            try await child.waitUntilReady(within: startDeadline, every: .milliseconds(20)) {
                // A record of somebody else (an earlier node that is still dying) is not this node's.
                guard let found = try NodeRecord.living(in: directory), found.pid == identity?.pid else { return false }
                await self.heard(found)
                return found.isReady
            }
        } catch {
            try? await child.stop(grace: .seconds(2))
            record = nil
            throw error
        }
    }

    private func heard(_ found: NodeRecord) {
        guard found != record else { return }
        record = found
        listening.send(found)
    }

    /// An earlier node of the instance (of a hub that was killed) may still be clearing up; the instance is its own until
    /// it has ended.
    private func waitForPredecessor(within limit: Duration) async throws {
        let end = ContinuousClock.now + limit
        while let other = try? NodeRecord.living(in: directory) {
            guard .now < end else { throw RunDirectoryError.inUse(path: directory.path, pid: other.pid) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func waitForExit() async -> ProcessExit {
        while true {
            if let exit = await child.waitForExit(within: .seconds(3600)) {
                record = nil
                unlink(directory.nodeFile)
                return exit
            }
        }
    }

    /// A node has its own children to end in order; it gets more time than they get from it.
    func stop() async throws {
        try await child.stop(grace: .seconds(12))
        record = nil
        // A node that was killed left its children's record and sockets.
        try await ChildLedger(directory: directory, logger: logger).reclaim()
        // Taken and given back, which removes its file.
        _ = try? directory.lock()
    }
}
