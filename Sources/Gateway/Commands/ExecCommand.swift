import ArgumentParser
import Foundation

/// `loco exec`.
struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Runs a program on the hosts, waits for it, and tells its return codes.",
        discussion: """
            No shell is involved: every word after --args is an argument as it stands, so that --args comes last. Exits \
            with 0 when all returned 0, else with 1.
            """)

    @Option(name: .customLong("config"), help: "The configuration file (default: ./loco.json when it exists).")
    var file: String?

    @OptionGroup var hosts: AgentOptions

    @Option(help: "The program: a name on the hosts' search path, or a path.")
    var exe: String

    @Option(help: "The folder it runs in, as an absolute path.")
    var cwd: String?

    @Option(help: "Seconds after which it is killed with all it started.")
    var timeout = AgentRoutes.timeout

    @Flag(help: "Print JSON.")
    var json = false

    @Option(parsing: .remaining, help: "Its arguments: all words that follow.")
    var args: [String] = []

    func validate() throws {
        guard AgentRoutes.timeouts.contains(timeout) else {
            throw ValidationError(
                "--timeout must be from \(AgentRoutes.timeouts.lowerBound) to \(AgentRoutes.timeouts.upperBound) seconds"
            )
        }
    }

    private struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    func run() async throws {
        let values = try ResolvedConfiguration.load(flags: [], path: file)
        let wish = StartRequest(exe: exe, args: args, cwd: cwd, timeout: timeout)
        try await hosts.open(values).run("exec") { fleet in
            let answers = await fleet.each { agent throws(AgentProblem) in try await agent.execute(wish) }
            var (problems, all): ([any Error], [String: AgentAnswers.Executed]) = ([], [:])
            for answer in answers {
                switch answer.result {
                case .success(let done):
                    all[answer.host.name] = done
                    if !json { show(done, of: answer.host.name) }
                    if done.returnCode != 0 { problems.append(Failed(description: Self.why(done, answer.host.name))) }
                case .failure(let problem): problems.append(problem)
                }
            }
            if json { print(String(buffer: JSON.encode(all))) }
            return problems
        }
    }

    private func show(_ done: AgentAnswers.Executed, of host: String) {
        for line in (done.stdout + done.stderr).split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            print("\(host): \(TerminalText.line(String(line)))")
        }
        if let last = (done.stdout + done.stderr).split(separator: "\n", omittingEmptySubsequences: false).last,
            !last.isEmpty
        {
            print("\(host): \(TerminalText.line(String(last)))")
        }
        if done.truncated { print("\(host): (there was more output than is kept)") }
        print("\(host): return code \(done.returnCode)")
    }

    private static func why(_ done: AgentAnswers.Executed, _ host: String) -> String {
        done.timedOut
            ? "\(host): its time was over, and it was killed" : "\(host): return code \(done.returnCode)"
    }
}
