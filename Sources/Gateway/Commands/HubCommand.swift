import ArgumentParser
import Fleet
import Foundation

/// `loco hub`.
struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub", abstract: "Serves the dashboard and the API for nodes that run elsewhere.",
        discussion: ConfigurationReport.flagsHelp(prefixes: ["hub.", "logLevel", "runDirectory", "ice.servers"]))

    @OptionGroup var options: SettingOptions

    @Option(help: "The port (hub.port).")
    var port: String?

    @Option(help: "The address to listen on (hub.host).")
    var host: String?

    func run() async throws {
        let values = try options.load([
            port.map { .init("hub.port", flag: "--port", text: $0) },
            host.map { .init("hub.host", flag: "--host", text: $0) },
        ])
        let configuration = LocoConfiguration(values)
        let logger = configuration.makeLogger("hub")
        let provider: any InstanceProvider =
            if let path = configuration.hub.instancesFile {
                InstanceList(path: path)
            } else {
                RunDirectoryInstances(
                    run: try RunDirectory(path: configuration.runDirectory ?? RunDirectory.defaultPath()))
            }
        let hub = try Hub(configuration: configuration, provider: provider, pages: .bundled(), logger: logger)
        try await RoleRunner.run([hub], logger: logger) {
            let port = try await hub.http.boundPort
            Banner.show(configuration, port: port, lines: [("Instances", provider.kind)])
        }
    }
}
