import ArgumentParser

/// `loco probe report`.
struct ProbeReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Prints the health report as JSON.")

    @OptionGroup var target: ProbeTarget

    func run() async throws {
        try await ProbeCommand.withNode(target) { node in
            print(try await node.report().text)
            flushStandardOutput()
        }
    }
}
