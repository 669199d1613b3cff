import ArgumentParser

/// `bench idle`.
struct IdleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle",
        abstract: "Measures what a node costs while nothing on the screen changes, beside the moving case.",
        discussion: """
            Brakes the demo guest's train by its keys and makes sure that no frames come any more. The floor is the \
            bare pipeline of 'bench viewers' on the same still screen.
            """)

    @OptionGroup var options: MeasureOptions

    func run() async throws {
        try await options.run("idle") { try await IdleBenchmark(settings: $0).run() }
    }
}
