import ArgumentParser
import Fleet
import Foundation

/// `loco hub`.
struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub", abstract: "Serves the dashboard and the API for nodes that run elsewhere.",
        discussion: ConfigurationReport.flagsHelp(prefixes: [
            "hub.", "kubernetes.", "vr.", "active.", "log", "runDirectory", "stateDirectory", "ice.servers",
            "ice.turnTTL",
        ]))

    @OptionGroup var options: SettingOptions

    @Option(help: "The port (hub.port).")
    var port: String?

    @Option(help: "The VR wall's port (vr.port).")
    var vrPort: String?

    @Option(help: "The address to listen on (hub.host).")
    var host: String?

    func run() async throws {
        let values = try options.load([
            port.map { .init("hub.port", flag: "--port", text: $0) },
            vrPort.map { .init("vr.port", flag: "--vr-port", text: $0) },
            host.map { .init("hub.host", flag: "--host", text: $0) },
        ])
        let configuration = LocoConfiguration(values)
        let logger = configuration.makeLogger("hub")
        let discovery = try InstanceDiscovery.configured(configuration, values, logger: logger)
        let history = try HistoryStore.open(configuration, logger: logger)
        let active = try ActiveSet.open(configuration, logger: logger)
        let hub = try Hub(
            configuration: configuration, discovery: discovery, pages: .bundled(), history: history, active: active,
            logger: logger)
        try await RoleRunner.run([hub], logger: logger) {
            try await Banner.show(
                configuration, hub,
                lines: [("Instances", Self.words(discovery, configuration))])
        }
        await history.close()
    }

    private static func words(_ discovery: InstanceDiscovery, _ configuration: LocoConfiguration) -> String {
        switch discovery.kind {
        case "static": configuration.hub.instancesFile ?? ""
        case "agents": configuration.hub.inventory ?? ""
        case "kubernetes": "the pods with \(configuration.kubernetes.selector)"
        default: "the nodes of this machine"
        }
    }
}
