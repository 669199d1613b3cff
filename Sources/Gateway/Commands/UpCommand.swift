import ArgumentParser
import Fleet
import Foundation
import ServiceLifecycle

/// `loco up`.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Runs guests on this machine, with the dashboard.",
        discussion: ConfigurationReport.flagsHelp(
            prefixes: [
                "hub.", "vr.", "active.", "log", "runDirectory", "stateDirectory", "video.", "audio.", "ice.", "guest.",
                "supervision.",
                "viewers.",
            ]))

    @OptionGroup var options: SettingOptions

    @Option(help: "How many guests: 1 to 64, of which the dashboard shows 9 at a time.")
    var guests = 1

    @Option(help: "The guests' base image (guest.disk); without it the demo guest runs.")
    var disk: String?

    @Option(help: "The dashboard's port (hub.port).")
    var port: String?

    @Option(help: "The VR wall's port (vr.port).")
    var vrPort: String?

    @Option(help: "The address to listen on (hub.host).")
    var host: String?

    /// How many guests one machine may have.
    static let guestNumbers = 0...64

    func validate() throws {
        guard (1...64).contains(guests) else {
            throw ValidationError("--guests: \(guests) is not allowed: it must be a whole number from 1 to 64")
        }
    }

    func run() async throws {
        let values = try options.load([
            disk.map { .init("guest.disk", flag: "--disk", text: Self.absolute($0)) },
            port.map { .init("hub.port", flag: "--port", text: $0) },
            vrPort.map { .init("vr.port", flag: "--vr-port", text: $0) },
            host.map { .init("hub.host", flag: "--host", text: $0) },
        ])
        let configuration = LocoConfiguration(values)
        try await Preflight.check(configuration)
        let logger = configuration.makeLogger("loco")
        let run = try RunDirectory(path: configuration.runDirectory ?? RunDirectory.defaultPath())
        let lock = try run.lock()
        let isDemo = configuration.guest.disk == nil
        let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let history = try HistoryStore.open(configuration, logger: logger)
        let active = try ActiveSet.open(configuration, logger: logger)
        let nodes = try LocalNodes(
            count: guests, run: run,
            // An emulated guest on a busy machine takes its time.
            command: Self.node(executable, values, run: run),
            policy: RestartPolicy(configuration.supervision), startDeadline: .seconds(60), history: history,
            name: { isDemo ? "Loco guest \($0)" : "Guest \($0)" }, logger: logger)
        let hub = try Hub(
            configuration: configuration, discovery: .local(nodes), pages: .bundled(), history: history,
            active: active, logger: logger)
        let guests = guests
        try await RoleRunner.run([hub], logger: logger) {
            try await Banner.show(
                configuration, hub,
                lines: [("Guests", "\(guests)\(isDemo ? " demo" : "")"), ("Logs", "\(run.path)/<instance>/node.log")])
        }
        await history.close()
        // Held to here, so that a second Loco cannot take the folder while nodes still end.
        withExtendedLifetime(lock) {}
    }

    /// How a node is started: everything that may be secret goes by its environment.
    private static func node(
        _ executable: String, _ values: ResolvedConfiguration, run: RunDirectory
    ) -> Fleet.NodeCommand {
        var environment = values.nodeEnvironment.merging(Preflight.mediaEnvironment) { setting, _ in setting }
        environment["LOCO_RUN_DIRECTORY"] = run.path
        return Fleet.NodeCommand(executable: executable, environment: environment) { id, _ in
            [
                "node", "--node-id", "\(id)", "--node-number", "\(id.ordinal ?? 0)", "--node-host", "127.0.0.1",
                "--node-port", "0",
            ]
        }
    }

    /// A path as seen from here; nodes may run elsewhere.
    private static func absolute(_ path: String) -> String {
        path.isEmpty || path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
