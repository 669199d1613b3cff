import ArgumentParser
import Fleet
import Foundation

/// `loco agent`.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Runs nodes and other programs on this host, for a hub elsewhere.",
        discussion: ConfigurationReport.flagsHelp(prefixes: ["agent."] + NodeSubcommand.settings))

    @OptionGroup var options: SettingOptions

    @Option(help: "The port (agent.port).")
    var port: String?

    @Option(help: "The address to listen on (agent.host).")
    var host: String?

    func run() async throws {
        let values = try options.load([
            port.map { .init("agent.port", flag: "--port", text: $0) },
            host.map { .init("agent.host", flag: "--host", text: $0) },
        ])
        let configuration = LocoConfiguration(values)
        let logger = configuration.makeLogger("agent")
        let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let agent = try Agent(values, executable: executable, logger: logger)
        try await RoleRunner.run([agent], logger: logger) {
            let port = try await agent.http.boundPort
            print("\nLoco \(BuildVersion.number) agent is running")
            print("  Address  \(configuration.agent.host) port \(port)")
            print("  Token    \(configuration.agent.token == nil ? "none; this host alone reaches it" : "needed")")
            print("  Stop     Ctrl-C; its jobs go on\n")
            flushStandardOutput()
        }
    }
}
