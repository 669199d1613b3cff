import Fleet
import Foundation
import Logging

/// The instances that the agents of an inventory run. Each agent is asked once a second, by itself: one that does not
/// answer holds up nobody, and its instances stay, for they may well go on.
actor AgentSource: InstanceSource {
    private let hosts: [AgentClient]
    private let client: NodeClient
    private let environment: [String: String]
    private let interval: Duration
    private let logger: Logger
    private let memory: HostMemory?
    private var remembered: [HostMemory.Entry] = []
    private var memoryHasFailed = false
    private nonisolated let board = InstanceBoard()
    private nonisolated let crashesFanout = EventFanout<CrashRecord>()
    private var known: AgentSet
    private var watchers: [Task<Void, Never>] = []
    private var told: [JobKey: CrashRecord] = [:]
    private var isScaling = false

    private struct JobKey: Hashable {
        let host: Inventory.Host
        let job: JobID
    }

    /// - Parameters:
    ///   - environment: what new nodes are told of the configuration, its token first of all.
    ///   - interval: between two questions to an agent.
    ///   - memory: where it remembers what the hosts had; nil forgets it with the process. A file that cannot be used is
    ///     named in the log.
    init(
        _ inventory: Inventory, token: String?, environment: [String: String], interval: Duration = .seconds(1),
        memory: HostMemory? = nil, logger: Logger
    ) {
        let client = NodeClient(token: inventory.token ?? token)
        self.client = client
        hosts = inventory.hosts.map { AgentClient($0, client: client) }
        (self.environment, self.interval, self.memory, self.logger) = (environment, interval, memory, logger)
        do {
            known = AgentSet(inventory.hosts, remembered: try memory?.load(of: inventory.hosts) ?? [:])
        } catch {
            known = AgentSet(inventory.hosts)
            logger.error("what the hosts had is not known before they answer", metadata: ["error": "\(error)"])
        }
        remembered = known.memory
    }

    /// The instances of an inventory's hosts.
    /// - Throws: ``InventoryError``, `RunDirectoryError` for a state folder that cannot be used.
    static func open(_ path: String, _ values: ResolvedConfiguration, logger: Logger) throws -> AgentSource {
        let inventory = try Inventory.read(path)
        for warning in inventory.warnings { logger.warning("\(warning)") }
        let configuration = LocoConfiguration(values)
        let state = try StateDirectory(path: configuration.stateDirectory ?? StateDirectory.defaultPath())
        return AgentSource(
            inventory, token: configuration.agent.token, environment: NodeJob.shared(values),
            memory: HostMemory(path: state.hosts), logger: logger)
    }

    /// Begins to ask.
    func start() {
        guard watchers.isEmpty else { return }
        // What is remembered is there at once, also of hosts that are cut off.
        if !remembered.isEmpty { board.publish(known.instances) }
        watchers = hosts.map { agent in
            Task { [interval] in
                while !Task.isCancelled {
                    await self.ask(agent)
                    try? await Task.sleep(for: interval)
                }
            }
        }
    }

    /// Ends asking. The nodes go on.
    func stop() async throws {
        for watcher in watchers { watcher.cancel() }
        for watcher in watchers { await watcher.value }
        watchers = []
        board.finish()
        crashesFanout.finish()
        try await client.close()
    }

    /// The whole set, now and after every change.
    nonisolated func updates() -> AsyncStream<[Instance]> { board.updates() }

    /// Ends of nodes that nobody asked for, from now on.
    nonisolated var crashes: AsyncStream<CrashRecord> { crashesFanout.subscribe() }

    /// The nodes as processes.
    var services: [ServiceStatus] { known.services }

    /// What keeps it from seeing everything; nil when nothing does.
    var problem: String? { known.problem }

    /// Of some of the instances only the last known state is told: their hosts do not answer.
    var isStale: Bool { known.isStale }

    /// Asks all agents now.
    /// - Throws: ``AgentTrouble`` for hosts that do not answer, and for clashes.
    func refresh() async throws {
        await withDiscardingTaskGroup { group in
            for agent in hosts { group.addTask { await self.ask(agent) } }
        }
        if let problem = known.problem { throw AgentTrouble(description: problem) }
    }

    private func ask(_ agent: AgentClient) async {
        do {
            take(.success(try await agent.status(deadline: .seconds(2)).jobs), of: agent)
        } catch {
            // Cut off by the end of the hub, not by the host.
            guard !Task.isCancelled else { return }
            take(.failure(error), of: agent)
        }
    }

    private func take(_ answer: Result<[JobStatus], AgentProblem>, of agent: AgentClient) {
        let (before, clashes) = (known.hosts.first { $0.host == agent.host }, known.clashes)
        known.take(answer, of: agent.host)
        let after = known.hosts.first { $0.host == agent.host }
        if before?.problem == nil, let problem = after?.problem {
            logger.warning("agent does not answer", metadata: ["host": "\(agent.host.name)", "why": "\(problem)"])
        } else if before?.problem != nil || before?.isKnown == false, after?.problem == nil {
            logger.notice("agent answers", metadata: ["host": "\(agent.host.name)"])
        }
        for clash in known.clashes where !clashes.contains(clash) { logger.error("\(clash)") }
        if case .success(let jobs) = answer { tellCrashes(jobs, of: agent.host) }
        publish()
    }

    private func tellCrashes(_ jobs: [JobStatus], of host: Inventory.Host) {
        for job in jobs {
            guard job.node != nil, let crash = job.lastCrash else { continue }
            if told.updateValue(crash, forKey: JobKey(host: host, job: job.id)) != crash { crashesFanout.send(crash) }
        }
        let there = Set(jobs.map(\.id))
        told = told.filter { $0.key.host != host || there.contains($0.key.job) }
    }

    private func publish() {
        // "None" would be a wrong answer before anybody was heard.
        guard known.hosts.contains(where: { $0.isKnown || $0.misses > 0 }) || known.hosts.isEmpty else { return }
        board.publish(known.instances)
        remember()
    }

    private func remember() {
        guard let memory, known.memory != remembered else { return }
        do {
            try memory.save(known.memory)
            (remembered, memoryHasFailed) = (known.memory, false)
        } catch {
            // It is tried again with the next answer, and told once.
            if !memoryHasFailed {
                logger.error("what the hosts have is not remembered", metadata: ["error": "\(error)"])
            }
            memoryHasFailed = true
        }
    }

    // MARK: What can be done with a node

    private func agent(of instance: InstanceID) throws -> (AgentClient, String) {
        guard let host = known.seats[instance], let agent = hosts.first(where: { $0.host == host }),
            let job = known.hosts.first(where: { $0.host == host })?.nodes.first(where: { $0.node.instance == instance }
            )
        else { throw RecoveryError.unknown(instance) }
        return (agent, job.job.id.rawValue)
    }

    /// Ends a node and starts it again.
    /// - Throws: ``AgentProblem``, at once where its host is out of reach: a request that comes late would end a node
    ///   that is well.
    func restart(_ instance: InstanceID) async throws {
        let (agent, job) = try agent(of: instance)
        if let host = known.hosts.first(where: { $0.host == agent.host }), host.misses > 0, let problem = host.problem {
            throw problem
        }
        _ = try await agent.restart(job)
        await ask(agent)
    }

    /// The last lines a node wrote; nil where its agent does not tell.
    func log(_ instance: InstanceID) async -> [String]? {
        guard let (agent, job) = try? agent(of: instance) else { return nil }
        return try? await agent.log(job, tail: LogTail.limit).lines
    }

    // MARK: Scaling

    /// Starts and ends nodes until there are so many.
    /// - Throws: ``ScaleError``.
    func scale(to replicas: Int) async throws {
        guard ScaleError.range.contains(replicas) else { throw ScaleError.outOfRange(replicas) }
        guard !isScaling else {
            throw APIError(.conflict, "scaling", "the fleet is being scaled already; ask again when it is done")
        }
        isScaling = true
        defer { isScaling = false }
        // By what is true now, not a second ago.
        try? await refresh()
        let steps = try known.steps(to: replicas)
        for case .stop(let id, _) in steps { known.leaving.insert(id) }
        // Before the nodes end: their viewers are to hear that they were taken away, and not that they broke.
        publish()
        let problems = await withTaskGroup(of: String?.self) { group in
            for step in steps { group.addTask { await self.perform(step) } }
            var problems: [String] = []
            for await problem in group { if let problem { problems.append(problem) } }
            return problems.sorted()
        }
        await withDiscardingTaskGroup { group in
            for agent in hosts { group.addTask { await self.ask(agent) } }
        }
        guard problems.isEmpty else {
            throw ScaleError.incomplete(reached: known.instances.count, problems: problems)
        }
    }

    private func perform(_ step: AgentSet.Step) async -> String? {
        do {
            switch step {
            case .start(let number, let host):
                guard let agent = hosts.first(where: { $0.host == host }) else { return nil }
                _ = try await agent.start(
                    StartRequest(environment: environment, node: .init(number: number)))
            case .stop(let id, let host):
                guard let agent = hosts.first(where: { $0.host == host }) else { return nil }
                do { _ = try await agent.stop(StopRequest(jobID: id.rawValue)) } catch {
                    known.leaving.remove(id)
                    throw error
                }
            }
            return nil
        } catch { return "\(error)" }
    }
}
