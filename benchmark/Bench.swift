import ArgumentParser

/// The program: a subcommand per thing that is measured.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures a real Loco on this machine.",
        subcommands: [
            CodecsCommand.self, StressCommand.self, ScaleCommand.self, RolesCommand.self, ViewersCommand.self,
            IdleCommand.self, LatencyCommand.self, ReceiverCommand.self, FloorCommand.self, EncodeCommand.self,
            DecodeCommand.self, PlayCommand.self, ContentCommand.self, ReportCommand.self, CompareCommand.self,
        ], defaultSubcommand: CodecsCommand.self)
}
