import ArgumentParser

/// `bench compare`.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Holds the figures of `bench codecs` against those of an earlier run.",
        discussion: """
            Rows belong together when guests, codec, encoder, preset, size, rate and source are the same. Exits with 1 \
            when a figure is worse than its bound allows, when a row or figure of the baseline is absent, or when \
            nothing could be compared.
            """)

    @Argument(help: "The new results.")
    var results: String

    @Option(help: "The earlier results.")
    var baseline: String

    @OptionGroup var options: BaselineOptions

    func run() throws {
        let gate = BaselineGate(
            rows: try CodecTable(contentsOf: results).rows, baseline: try CodecTable(contentsOf: baseline).rows,
            bounds: options.bounds)
        print(gate.text)
        try gate.require()
    }
}
