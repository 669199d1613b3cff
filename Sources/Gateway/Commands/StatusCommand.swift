import ArgumentParser
import Foundation

/// `loco status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows the jobs of all hosts.",
        discussion: "Exits with 0 when all hosts answered, with 1 when one did not; it is listed nevertheless.")

    @Option(name: .customLong("config"), help: "The configuration file (default: ./loco.json when it exists).")
    var file: String?

    @OptionGroup var hosts: AgentOptions

    @Flag(help: "Show it again every second, until Ctrl-C.")
    var watch = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    func run() async throws {
        let values = try ResolvedConfiguration.load(flags: [], path: file)
        try await hosts.open(values).run("status") { fleet in
            var answers = await fleet.each { agent throws(AgentProblem) in try await agent.status() }
            show(answers)
            while watch {
                try await Task.sleep(for: .seconds(1))
                answers = await fleet.each { agent throws(AgentProblem) in try await agent.status() }
                show(answers)
            }
            return answers.compactMap { if case .failure(let problem) = $0.result { problem } else { nil } }
        }
    }

    private func show(_ answers: [AgentFleet.Answer<AgentAnswers.Jobs>]) {
        let table = StatusTable(answers)
        // To the top, and what was below goes.
        if watch, !json, isatty(STDOUT_FILENO) == 1 { print("\u{1b}[H\u{1b}[2J", terminator: "") }
        print(json ? String(buffer: JSON.encode(table)) + "\n" : table.text, terminator: "")
        flushStandardOutput()
    }
}
