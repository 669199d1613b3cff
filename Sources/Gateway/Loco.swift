import ArgumentParser

/// The program: one binary, a subcommand per role.
@main
struct Loco: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loco", abstract: "Streams QEMU guests to browsers.",
        version: BuildVersion.number,
        subcommands: [
            UpCommand.self,
            HubCommand.self,
            NodeSubcommand.self,
            FocusCommand.self,
            ProbeCommand.self,
            ConfigCommand.self,
            VersionCommand.self,
        ])
}
