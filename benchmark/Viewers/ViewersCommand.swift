import ArgumentParser

/// `bench viewers`.
struct ViewersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "viewers",
        abstract:
            "Measures what a node's viewers cost, beside a bare GStreamer pipeline, and what they do to each other.",
        discussion: """
            The floor is the same guest captured and encoded with the same settings in one bare pipeline, measured in \
            turns with the node. A short run leaves out the nine guests.
            """)

    @OptionGroup var options: MeasureOptions

    @Option(parsing: .upToNextOption, help: "What to measure: one, further, slow, tiles; all unless given.")
    var parts: [ViewersPart] = []

    func run() async throws {
        let parts = parts.isEmpty ? ViewersPart.allCases.filter { !options.quick || $0 != .tiles } : parts
        try await options.run("viewers") { try await ViewersBenchmark(settings: $0, parts: Set(parts)).run() }
    }
}
