import ArgumentParser
import Fleet

/// `loco stop`.
struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Ends jobs on the hosts, and says how they ended.",
        discussion: """
            term asks the process to end, and kills it when it does not; kill kills it; tree_kill kills all that it \
            started with it. Whatever the mode, nothing of a job is left afterwards. Exits with 0 when all ended, with 1 \
            when one did not, or no host has such a job.
            """)

    @Option(name: .customLong("config"), help: "The configuration file (default: ./loco.json when it exists).")
    var file: String?

    @OptionGroup var hosts: AgentOptions

    @Option(help: "How: term, kill or tree_kill.")
    var mode = StopMode.terminate

    @Option(help: "Seconds between asking and killing; what the agent gives unless said.")
    var grace: Double?

    @Flag(help: "All jobs.")
    var all = false

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(help: "The jobs' ids.")
    var jobs: [String] = []

    func validate() throws {
        guard all != !jobs.isEmpty else { throw ValidationError("name the jobs to end, or say --all") }
        if let grace, !StopRequest.graces.contains(grace) {
            throw ValidationError("--grace must be from 0 to \(Int(StopRequest.graces.upperBound)) seconds")
        }
    }

    /// One line of what was done.
    private struct Line: Encodable, Sendable {
        var client: String
        var end: JobEnd
    }

    func run() async throws {
        let values = try ResolvedConfiguration.load(flags: [], path: file)
        try await hosts.open(values).run("stop") { fleet in
            let (lines, problems) = all ? await stopAll(fleet) : await stopNamed(fleet)
            if json {
                print(String(buffer: JSON.encode(lines)))
            } else {
                for line in lines {
                    print("\(line.client): \(TerminalText.line(line.end.id.rawValue)): \(line.end.message)")
                }
            }
            return problems
        }
    }

    private func stopAll(_ fleet: AgentFleet) async -> ([Line], [any Error]) {
        let wish = StopRequest(mode: mode.rawValue, grace: grace)
        var (lines, problems): ([Line], [any Error]) = ([], [])
        for answer in await fleet.each({ agent throws(AgentProblem) in try await agent.stopAll(wish) }) {
            switch answer.result {
            case .success(let stopped):
                lines += stopped.stopped.map { Line(client: answer.host.name, end: $0) }
                problems += stopped.failed.map { Failed(description: "\(answer.host.name): \($0.message)") }
            case .failure(let problem): problems.append(problem)
            }
        }
        return (lines, problems)
    }

    private func stopNamed(_ fleet: AgentFleet) async -> ([Line], [any Error]) {
        var (lines, problems): ([Line], [any Error]) = ([], [])
        for job in jobs {
            let wish = StopRequest(jobID: job, mode: mode.rawValue, grace: grace)
            let answers = await fleet.each { agent throws(AgentProblem) in try await agent.stop(wish) }
            var isKnown = false
            for answer in answers {
                switch answer.result {
                case .success(let end):
                    isKnown = true
                    lines.append(Line(client: answer.host.name, end: end))
                // On which of the hosts it is nobody said.
                case .failure(.refused(_, _, "unknown-job", _)): continue
                case .failure(let problem):
                    isKnown = true
                    problems.append(problem)
                }
            }
            if !isKnown {
                problems.append(Failed(description: "there is no job '\(TerminalText.line(job))' on any of the hosts"))
            }
        }
        return (lines, problems)
    }

    private struct Failed: Error, CustomStringConvertible {
        let description: String
    }
}

extension StopMode: ExpressibleByArgument {}
