import ArgumentParser

/// `loco logs`.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Prints what a job wrote last.")

    @Option(name: .customLong("config"), help: "The configuration file (default: ./loco.json when it exists).")
    var file: String?

    @OptionGroup var hosts: AgentOptions

    @Option(help: "How many lines.")
    var tail = 100

    @Argument(help: "The job's id.")
    var job: String

    func run() async throws {
        let values = try ResolvedConfiguration.load(flags: [], path: file)
        try await hosts.open(values).run("logs") { fleet in
            let answers = await fleet.each { agent throws(AgentProblem) in try await agent.log(job, tail: tail) }
            var (problems, found): ([any Error], Bool) = ([], false)
            for answer in answers {
                switch answer.result {
                case .success(let log):
                    found = true
                    for line in log.lines { print("\(answer.host.name): \(TerminalText.line(line))") }
                case .failure(let problem): problems.append(problem)
                }
            }
            // Where it is on one of the hosts, the others need not have it.
            return problems.filter { problem in
                if found, case .refused(_, _, "unknown-job", _)? = problem as? AgentProblem { false } else { true }
            }
        }
    }
}
