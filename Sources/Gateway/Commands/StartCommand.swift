import ArgumentParser
import Fleet
import Foundation

/// `loco start`.
struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Starts a program, or a guest's node, on the hosts.",
        discussion: """
            A job that runs under the same id is ended first. No shell is involved: every word after --args is an argument \
            as it stands, so that --args comes last. With --node each host gets a node, with the lowest numbers that are \
            free in the whole inventory, and every setting of a node can be given as a flag (--guest-disk ...). Exits with \
            0 when all started, with 1 when one did not.
            """)

    @OptionGroup var options: SettingOptions
    @OptionGroup var hosts: AgentOptions

    @Option(help: "The program: a name on the hosts' search path, or a path.")
    var exe: String?

    @Flag(help: "Start a guest's node.")
    var node = false

    @Option(help: "With --node: the guest's number, which no other host may have.")
    var number: Int?

    @Option(help: "With --node: the port it listens on; any that is free unless given.")
    var port: Int?

    @Option(help: "What the job is called; its script's or program's name unless given.")
    var jobID: String?

    @Option(help: "The folder it runs in, as an absolute path.")
    var cwd: String?

    @Option(help: "The folder of its log, as an absolute path.")
    var logDir: String?

    @Flag(help: "Wait until it has ended; a node, until its guest is up.")
    var wait = false

    @Option(help: "Seconds that --wait waits at the most.")
    var timeout = 600.0

    @Option(parsing: .remaining, help: "Its arguments: all words that follow.")
    var args: [String] = []

    func validate() throws {
        guard node != (exe != nil) else { throw ValidationError("say what to start: --exe PROGRAM, or --node") }
        if node, !args.isEmpty || jobID != nil || cwd != nil || logDir != nil {
            throw ValidationError("--node goes with settings, not with --args, --job-id, --cwd or --log-dir")
        }
        if !node, number != nil || port != nil { throw ValidationError("--number and --port go with --node") }
        guard (0...86_400).contains(timeout) else { throw ValidationError("--timeout must be from 0 to 86400 seconds") }
    }

    private struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    func run() async throws {
        let values = try options.load()
        let settings = NodeJob.shared(values)
        if !node, let flag = options.settings.first {
            throw ValidationError("\(flag) is a setting of nodes: it goes with --node")
        }
        try await hosts.open(values).run("start") { fleet in
            let wishes = node ? try await seats(fleet, settings) : [:]
            let program = StartRequest(exe: exe, args: args, cwd: cwd, jobID: jobID, logDirectory: logDir)
            let answers = await fleet.each { agent throws(AgentProblem) in
                try await agent.start(wishes[agent.host] ?? program)
            }
            var (problems, started): ([any Error], [(AgentClient, JobID)]) = ([], [])
            for (agent, answer) in zip(fleet.agents, answers) {
                switch answer.result {
                case .success(let done):
                    let name = TerminalText.line(done.job.id.rawValue)
                    if let replaced = done.replaced {
                        print("\(agent.host.name): \(name): the one before: \(replaced.message)")
                    }
                    print("\(agent.host.name): \(name): started" + (done.job.pid.map { ", pid \($0)" } ?? ""))
                    started.append((agent, done.job.id))
                case .failure(let problem): problems.append(problem)
                }
            }
            flushStandardOutput()
            return problems + (wait ? await follow(started) : [])
        }
    }

    /// A number for each host.
    private func seats(_ fleet: AgentFleet, _ settings: [String: String]) async throws -> [Inventory.Host: StartRequest]
    {
        if let number {
            guard fleet.agents.count == 1 else {
                throw ValidationError("--number is for one host: name it with --clients")
            }
            return [fleet.agents[0].host: StartRequest(environment: settings, node: .init(number: number, port: port))]
        }
        // Of all hosts, also of those that get none now.
        var everyone = hosts
        everyone.clients = nil
        let values = try options.load()
        var taken: Set<Int> = []
        var problem: (any Error)?
        try await everyone.open(values).run("start") { all in
            for answer in await all.each({ agent throws(AgentProblem) in try await agent.status() }) {
                switch answer.result {
                case .success(let status): taken.formUnion(status.jobs.compactMap(\.node?.number))
                case .failure(let failure): problem = failure
                }
            }
            return []
        }
        if let problem {
            throw Failed(description: "which numbers are free is not known: \(problem); choose one with --number")
        }
        return Dictionary(
            uniqueKeysWithValues: fleet.agents.map { agent in
                let number = (0...).first { !taken.contains($0) } ?? 0
                taken.insert(number)
                return (agent.host, StartRequest(environment: settings, node: .init(number: number, port: port)))
            })
    }

    /// Waits for all of them.
    private func follow(_ started: [(AgentClient, JobID)]) async -> [any Error] {
        await withTaskGroup(of: (any Error)?.self) { group in
            for (agent, id) in started { group.addTask { await follow(agent, id) } }
            var problems: [any Error] = []
            for await problem in group { if let problem { problems.append(problem) } }
            return problems
        }
    }

    private func follow(_ agent: AgentClient, _ id: JobID) async -> (any Error)? {
        let deadline = ContinuousClock.now + .seconds(timeout)
        let name = "\(agent.host.name): \(TerminalText.line(id.rawValue))"
        while true {
            var last: AgentProblem?
            do throws(AgentProblem) {
                guard let job = try await agent.status(id.rawValue).jobs.first else { return nil }
                if node, let seat = job.node, seat.isUp, let port = seat.port {
                    print("\(name): listens on port \(port)")
                    return nil
                }
                if !job.state.isLive, job.nextStart == nil {
                    let code =
                        job.exitCode.map { "exit code \($0)" } ?? job.signal.map { "signal \($0)" } ?? "no exit code"
                    print("\(name): ended, \(code)")
                    return job.state == .exited && !node ? nil : Failed(description: "\(name): \(job.error ?? code)")
                }
            } catch { last = error }
            guard .now < deadline else {
                return last
                    ?? Failed(description: "\(name): it \(node ? "is not up" : "still runs") after \(timeout) s")
            }
            try? await Task.sleep(for: .milliseconds(300))
        }
    }
}
