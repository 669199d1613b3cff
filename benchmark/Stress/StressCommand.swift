import ArgumentParser
import Foundation
import GStreamer

/// `bench stress`.
struct StressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stress",
        abstract: "Does to a real Loco what many users and bad days do, and looks for what breaks.",
        discussion: """
            A seed stands for a sequence of connects, reloads, switches, floods, kills. Real WebRTC clients check that \
            pictures move, show the right guest, and sound. What goes wrong ends the run with a folder that holds all of \
            it and a trace for --replay. Without a scenario, rapid, concurrent, restarts, tabs and random run with short \
            waits.
            """)

    @Option(help: "What the sequence is made from.")
    var seed: UInt64 = 1

    @Option(help: "rapid, concurrent, restarts, tabs, soak or random; may be given more than once.")
    var scenario: [StressScenario] = []

    @Option(help: "Factor for all waits: 0.05 to 100; 1 where a scenario is named.")
    var timeScale: Double?

    @Option(help: "Connects and disconnects: of rapid for each guest (20), of soak (1000).")
    var cycles: Int?

    @Option(help: "Steps of random: 1 to 100000.")
    var operations = 60

    @Flag(help: "Also slow a viewer's link down; makes a network namespace, root only.")
    var shaped = false

    @Option(help: "Runs exactly what a trace holds.")
    var replay: String?

    @Flag(help: "Look for a shorter sequence that fails in the same way.")
    var shrink = false

    @Option(help: "Most runs for that: 1 to 1000.")
    var shrinkRuns = 40

    @Option(help: "Most minutes for that: 1 to 600.")
    var shrinkMinutes = 20

    @Flag(help: "Print the traces and run nothing.")
    var plan = false

    @Flag(help: "Show every step.")
    var verbose = false

    @Option(help: "Where the folders of failures go.")
    var output = "stress-failures"

    @Option(help: "A file for JUnit's XML.")
    var junit: String?

    @Option(help: "The loco program.")
    var loco = ".build/release/loco"

    @Option(help: ArgumentHelp("A fault to plant: leak-peer, stuck-session or swap-guest.", visibility: .hidden))
    var fault: String?

    func validate() throws {
        if let timeScale, !(0.05...100).contains(timeScale) {
            throw ValidationError("--time-scale: \(timeScale) is not allowed: 0.05 to 100")
        }
        if let cycles { try Self.check("--cycles", cycles, 1...1_000_000) }
        try Self.check("--operations", operations, 1...100_000)
        try Self.check("--shrink-runs", shrinkRuns, 1...1000)
        try Self.check("--shrink-minutes", shrinkMinutes, 1...600)
        if replay != nil, !scenario.isEmpty || shaped { throw ValidationError("--replay holds scenario and options") }
        if shaped, geteuid() != 0 { throw BenchError.needsRoot("--shaped") }
    }

    func run() async throws {
        let traces = try traces()
        if plan {
            for trace in traces { print(try trace.text(), terminator: "") }
            return
        }
        let settings = StressSettings(
            loco: try Measurement.program(loco), fault: fault, output: output, isVerbose: verbose)
        let bounds = shrink ? ShrinkSettings(runs: shrinkRuns, minutes: shrinkMinutes) : nil
        let junit = junit
        try await Measurement.run {
            try Runtime.start()
            let results = try await StressSuite(traces: traces, settings: settings, shrinker: bounds).run()
            if let junit { try JUnitReport(results: results).write(to: junit) }
            print(StressReport(results: results).text)
            let failed = results.count { $0.failure != nil }
            if failed > 0 { throw BenchError.stressFailed(failed) }
        }
    }

    private func traces() throws -> [StressTrace] {
        if let replay {
            guard let data = FileManager.default.contents(atPath: replay) else {
                throw ValidationError("--replay: '\(replay)' cannot be read")
            }
            return [try StressTrace(text: String(decoding: data, as: UTF8.self))]
        }
        let isContinuous = scenario.isEmpty
        var options = PlanOptions()
        options.timeScale = timeScale ?? (isContinuous ? StressScenario.continuousScale : 1)
        options.cycles = cycles
        options.operations = operations
        options.isShaped = shaped
        return (isContinuous ? StressScenario.continuous : scenario).map { one in
            StressTrace(seed: seed, scenario: one, options: options)
        }
    }

    private static func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("\(name): \(value) is not allowed: \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
