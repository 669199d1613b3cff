import ArgumentParser

/// The program: a subcommand per thing that is measured.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures a real Loco on this machine.",
        subcommands: [
            RolesCommand.self, ViewersCommand.self, IdleCommand.self, LatencyCommand.self, ReceiverCommand.self,
            FloorCommand.self, StressCommand.self,
        ])
}
