import Fleet
import Foundation
import Logging
import ServiceLifecycle

/// A host's agent: starts, watches and ends nodes and other programs for who holds its token. What it started lives on
/// without it, and is found again by the next one.
struct Agent: Service {
    /// The HTTP server; it tells the port.
    let http: HTTPService

    private let jobs: HostJobs

    /// - Parameters:
    ///   - values: what nodes are told of the configuration.
    ///   - executable: this program.
    /// - Throws: ``ConfigurationError`` for an open address without a token, `RunDirectoryError`.
    init(_ values: ResolvedConfiguration, executable: String, logger: Logger) throws {
        let configuration = LocoConfiguration(values)
        try configuration.requireAgentTokenUnlessLoopback()
        let run = try RunDirectory(path: configuration.runDirectory ?? RunDirectory.defaultPath())
        let state = try StateDirectory(path: configuration.stateDirectory ?? StateDirectory.defaultPath())
        jobs = HostJobs(
            path: state.path + "/agent", keeper: [executable, JobKeeperCommand.name], runDirectory: run,
            policy: RestartPolicy(configuration.supervision), logger: logger)
        let routes = AgentRoutes(
            jobs: jobs,
            node: NodeJob(
                executable: executable, host: configuration.agent.host, runDirectory: run.path,
                stateDirectory: state.path, environment: values.nodeEnvironment))
        var service = HTTPServiceConfiguration()
        service.host = configuration.agent.host
        service.port = configuration.agent.port
        service.portSetting = "agent.port (--port)"
        service.access = AccessPolicy(token: configuration.agent.token)
        service.access.isForPrograms = true
        http = HTTPService(configuration: service, logger: logger) { routes.add(to: $0) }
    }

    /// Takes up the jobs of an earlier agent, then serves until graceful shutdown.
    /// - Throws: ``ListenError``, `RunDirectoryError.inUse`.
    func run() async throws {
        try await jobs.open()
        let watching = Task { await jobs.run() }
        do {
            try await http.run()
        } catch {
            await end(watching)
            throw error
        }
        await end(watching)
    }

    private func end(_ watching: Task<Void, Never>) async {
        watching.cancel()
        await watching.value
        await jobs.close()
    }
}
