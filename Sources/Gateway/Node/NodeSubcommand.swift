import ArgumentParser
import Fleet
import Foundation

/// `loco node`.
struct NodeSubcommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "Runs one guest and streams it.",
        discussion: ConfigurationReport.flagsHelp(
            prefixes: ["node."] + settings))

    /// The names, or their beginnings, of what concerns nodes and whoever starts them.
    static let settings = [
        "log", "runDirectory", "stateDirectory", "video.", "recording.", "audio.", "ice.", "guest.", "supervision.",
        "viewers.",
    ]

    @OptionGroup var options: SettingOptions

    @Option(help: "The guest's base image (guest.disk); without it the demo guest runs.")
    var disk: String?

    @Option(help: "The port (node.port).")
    var port: String?

    func run() async throws {
        let values = try options.load([
            disk.map { .init("guest.disk", flag: "--disk", text: $0) },
            port.map { .init("node.port", flag: "--port", text: $0) },
        ])
        let configuration = LocoConfiguration(values)
        let logger = configuration.makeLogger("node")
        let node = try Node(configuration: configuration, logger: logger)
        try await RoleRunner.run([node], logger: logger)
    }
}
