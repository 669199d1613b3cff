import ArgumentParser

/// `loco probe test`.
struct ProbeTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Prints each check with pass or fail, and why.")

    @OptionGroup var target: ProbeTarget

    func run() async throws {
        try await ProbeCommand.withNode(target) { node in
            let checks = ProbeCheck.all(of: try await node.report())
            for check in checks { print(check.line) }
            flushStandardOutput()
            if checks.contains(where: { $0.outcome == .fail }) { throw ExitCode(1) }
        }
    }
}
