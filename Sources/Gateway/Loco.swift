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
            AgentCommand.self,
            StartCommand.self,
            StatusCommand.self,
            StopCommand.self,
            ExecCommand.self,
            LogsCommand.self,
            ScaleCommand.self,
            FocusCommand.self,
            ProbeCommand.self,
            ConfigCommand.self,
            VersionCommand.self,
            JobKeeperCommand.self,
        ])
}
