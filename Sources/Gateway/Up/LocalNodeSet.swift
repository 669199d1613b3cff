import Fleet
import Foundation
import Logging
import ServiceLifecycle

/// The nodes of `loco up`: supervised children of this process, found again through what they write into the run
/// directory.
struct LocalNodeSet: Service, InstanceProvider {
    let kind = "local"
    private let nodes: [(node: LocalNode, supervisor: Supervisor<ContinuousClock>)]
    private let names: [String]
    private let started = Date()
    private let logger: Logger

    /// - Parameters:
    ///   - count: how many guests.
    ///   - environment: settings for every node, as `LOCO_*`.
    /// - Throws: `RunDirectoryError`.
    init(
        count: Int, run: RunDirectory, executable: String, arguments: [String] = ["node"],
        environment: [String: String], guestName: @Sendable (Int) -> String, logger: Logger
    ) throws {
        self.logger = logger
        names = (0..<count).map(guestName)
        nodes = try (0..<count).map { number in
            let id = InstanceID(ordinal: number)
            var environment = environment
            environment["LOCO_NODE_ID"] = "\(id)"
            environment["LOCO_NODE_NUMBER"] = "\(number)"
            environment["LOCO_NODE_HOST"] = "127.0.0.1"
            environment["LOCO_NODE_PORT"] = "0"
            environment["LOCO_RUN_DIRECTORY"] = run.path
            let node = LocalNode(
                id: id, directory: try run.instance(id), executable: executable, arguments: arguments,
                environment: environment, logger: logger)
            return (node, Supervisor(node, clock: ContinuousClock(), logger: logger))
        }
    }

    /// Keeps the nodes up until graceful shutdown, then ends them all at once and waits for it.
    func run() async throws {
        for (_, supervisor) in nodes { await supervisor.begin() }
        try? await gracefulShutdown()
        await withDiscardingTaskGroup { group in
            for (node, supervisor) in nodes {
                group.addTask {
                    do {
                        try await supervisor.stop()
                    } catch {
                        logger.error("a node did not end", metadata: ["instance": "\(node.id)", "error": "\(error)"])
                    }
                }
            }
        }
    }

    func instances() async throws -> [HubInstance] {
        try zip(nodes, names).map { entry, name in
            HubInstance(
                id: "\(entry.node.id)", name: name,
                nodeURL: try NodeRecord.living(in: entry.node.directory)?.url, discoveredAt: Date())
        }
    }

    /// Why nodes are not up, one line each; empty when all are well.
    func problems() async -> [String] {
        var lines: [String] = []
        for (node, supervisor) in nodes {
            let status = await supervisor.status
            guard status.state != .running, status.state != .starting else { continue }
            lines.append("\(node.id) is \(status.state): \(status.lastError ?? "see \(node.directory.log("node"))")")
        }
        return lines
    }
}
