import Foundation
import Logging

/// One `loco node` on this machine, as a service: up once its `node.json` says where it listens.
actor NodeProcess: SupervisedService {
    nonisolated let name: String
    nonisolated let directory: InstanceDirectory

    private let child: ChildProcess
    private let startDeadline: Duration
    private let logger: Logger
    /// What the node told about itself; nil while it is not up.
    private(set) var record: NodeRecord?

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
                try NodeRecord.living(in: directory)?.pid == identity?.pid
            }
            record = try NodeRecord.living(in: directory)
        } catch {
            try? await child.stop(grace: .seconds(2))
            throw error
        }
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
