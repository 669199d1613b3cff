import Fleet
import Foundation
import Logging

/// One `loco node` of this machine as a supervised child: it is ready when its `node.json` names it.
struct LocalNode: SupervisedService {
    let id: InstanceID
    let directory: InstanceDirectory
    private let child: ChildProcess

    /// - Parameters:
    ///   - executable: the program whose `node` role is run.
    ///   - environment: its settings as `LOCO_*`.
    init(
        id: InstanceID, directory: InstanceDirectory, executable: String, arguments: [String] = ["node"],
        environment: [String: String], logger: Logger
    ) {
        self.id = id
        self.directory = directory
        child = ChildProcess(
            ChildCommand(
                name: "\(id)", executable: executable, arguments: arguments, environment: environment,
                logPath: directory.log("node")),
            logger: logger)
    }

    var name: String { "\(id)" }

    var pid: Int32? { get async { await child.identity?.pid } }

    func start() async throws {
        do {
            try await child.start()
            let identity = await child.identity
            // An emulated guest on a busy machine takes its time, and the node listens once its parts are up.
            try await child.waitUntilReady(within: .seconds(60), every: .milliseconds(50)) {
                try NodeRecord.living(in: directory)?.pid == identity?.pid
            }
        } catch {
            try? await child.stop(grace: .seconds(2))
            throw error
        }
    }

    func waitForExit() async -> ProcessExit {
        // Without a limit: the process itself is what is waited for.
        while true {
            if let exit = await child.waitForExit(within: .seconds(3600)) { return exit }
        }
    }

    func stop() async throws { try await child.stop(grace: .seconds(10)) }
}
