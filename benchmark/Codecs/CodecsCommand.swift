import ArgumentParser
import Foundation

/// `bench codecs`.
struct CodecsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codecs",
        abstract: "Measures every codec at several sizes, rates and numbers of guests.",
        discussion: """
            Captures real guests (or synthetic content, or a film) with Loco's own capture and encodes them with its \
            own encoder settings, a process per guest; another process decodes each stream. A row is added to the file \
            as soon as a combination is measured. What is not installed is left out, and said so.

            With --target it measures a fleet that runs already, through its hub: what viewers get of it, and what its \
            nodes say of themselves. Its token is taken from the environment variable LOCO_TOKEN.
            """)

    @Option(help: "How many guests are encoded side by side, such as 1,3,9.")
    var replicas: String?

    @Option(help: "Which encoders: any of \(CodecEncoder.words.joined(separator: ", ")).")
    var codecs = CodecEncoder.usual

    @Option(
        help: "Sizes of the picture, such as 640x480,1024x768. QEMU scales a guest's picture to another than its own.")
    var sizes: String?

    @Option(help: "Frames per second at most, such as 15,25,30,60.")
    var rates: String?

    @Option(help: "What is on the screens: guest, \(CodecSource.kinds.joined(separator: ", ")) or a film's path.")
    var source = "guest"

    @Option(help: "Seconds that each combination is measured for: 1 to 600.")
    var seconds: Int?

    @Flag(help: "A short run of few combinations: less than two minutes.")
    var quick = false

    @Option(help: "The CSV file to append rows to.")
    var output = "results.csv"

    @Flag(help: "Leave out combinations that the file holds already, for this machine and version.")
    var resume = false

    @Option(help: "Write a page with charts, and the charts beside it.")
    var html: String?

    @Option(help: "Hold the figures against those of this file; exits with 1 where they are worse than the bounds.")
    var baseline: String?

    @OptionGroup var bounds: BaselineOptions

    @Option(help: "A running fleet's hub, http://host:port; brought to each number of replicas where it can be.")
    var target: String?

    @Option(help: "The loco program.")
    var loco = ".build/release/loco"

    func validate() throws {
        if target == nil { _ = try CodecsSettings(self) } else { _ = try TargetSettings(self, token: nil) }
    }

    func run() async throws {
        let measure = try benchmark()
        // Before anything is measured for it, and before the same file may be written to.
        let baseline = try baseline.map { try CodecTable(contentsOf: $0).rows }
        try await Measurement.run { [html, bounds] in
            let outcome = try await measure()
            if let html { try await Self.report(outcome, html) }
            let gate = baseline.map {
                BaselineGate(rows: outcome.rows, baseline: $0, bounds: bounds.bounds)
            }
            if let gate { print(gate.text) }
            try outcome.require()
            try gate?.require()
        }
    }

    private func benchmark() throws -> @Sendable () async throws -> CodecsOutcome {
        if target != nil {
            let token = ProcessInfo.processInfo.environment["LOCO_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
            let benchmark = TargetBenchmark(try TargetSettings(self, token: token))
            return { try await benchmark.run() }
        }
        let settings = try CodecsSettings(self)
        let loco = try Measurement.program(loco)
        return { try await CodecsBenchmark(settings, loco: loco).run() }
    }

    private static func report(_ outcome: CodecsOutcome, _ html: String) async throws {
        let skips = (outcome.skips + outcome.failures).map { "\($0.what): \($0.reason)" }
        let (files, problems) = try await ReportWriter(rows: outcome.rows, skips: skips).write(html: html)
        for problem in problems { ProgressLine.show(problem) }
        ProgressLine.show(
            "the report is \(files.first ?? html), with \(max(0, files.count - 1)) files of charts beside it")
    }
}
