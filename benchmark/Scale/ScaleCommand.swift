import ArgumentParser
import Foundation

/// `bench scale`.
struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Measures how cost grows with viewers, guests and signaling sockets, and what the hub withstands.",
        discussion: """
            Each part starts a Loco of its own. Rows are measured one after another until the largest number or until \
            the machine is saturated, which the last row says; slopes are fitted to the rows before that. docs/CAPACITY.md \
            says what follows from them.
            """)

    @Argument(help: "What to measure: viewers, guests, sockets, flood, cycles; all unless given.")
    var parts: [ScalePart] = []

    @OptionGroup var options: MeasureOptions

    @Option(help: "How many viewers come and go: 8 to 100000.")
    var count = 1000

    @Option(help: "Where charts go: scale.svg for scale-viewers.svg, scale-guests.svg and scale-sockets.svg.")
    var chart: String?

    func validate() throws {
        guard (8...100_000).contains(count) else {
            throw ValidationError("--count: \(count) is not allowed: 8 to 100000")
        }
    }

    func run() async throws {
        let parts = parts.isEmpty ? ScalePart.allCases : parts
        let (count, chart) = (options.quick ? min(count, 40) : count, chart)
        try await options.run("scale") {
            try await ScaleBenchmark(settings: $0, parts: parts, cycles: count, chart: chart).run()
        }
    }
}
