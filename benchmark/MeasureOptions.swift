import ArgumentParser
import Foundation
import GStreamer

/// The options that `bench viewers`, `idle` and `latency` share.
struct MeasureOptions: ParsableArguments {
    @Option(help: "Seconds of each measured window: 2 to 3600.")
    var seconds = 8

    @Option(help: "How often each side of a comparison is measured, in turns: 1 to 50.")
    var rounds = 4

    @Flag(help: "A short run: less than a minute, with more spread.")
    var quick = false

    @Flag(help: "Exit with an error when a bar is missed.")
    var strict = false

    @Option(help: "The loco program.")
    var loco = ".build/release/loco"

    @Option(help: "A CSV file to append the figures to.")
    var csv: String?

    func validate() throws {
        guard (2...3600).contains(seconds) else {
            throw ValidationError("--seconds: \(seconds) is not allowed: 2 to 3600")
        }
        guard (1...50).contains(rounds) else { throw ValidationError("--rounds: \(rounds) is not allowed: 1 to 50") }
    }

    /// Runs a benchmark, prints its figures and writes them to the file.
    func run(
        _ benchmark: String, _ body: @escaping @Sendable (MeasureSettings) async throws -> [Measure]
    ) async throws {
        let settings = MeasureSettings(
            loco: try Measurement.program(loco), seconds: quick ? 3 : seconds, rounds: quick ? 2 : rounds,
            settleSeconds: quick ? 1 : 3, isQuick: quick, csv: csv, isStrict: strict)
        try await Measurement.run {
            try Runtime.start()
            let results = try settings.csv.map { try ResultFile(path: $0) }
            let load = MachineLoad.now()
            let measures = try await body(settings)
            let report = MeasureReport(
                benchmark: benchmark, date: Date(), settings: settings,
                machineBusy: load.flatMap { earlier in MachineLoad.now()?.busyPercent(since: earlier) },
                measures: measures)
            print(report.text)
            try results?.append(report.leading, report.rows)
            if settings.isStrict, report.missed > 0 { throw BenchError.missed(report.missed) }
        }
    }
}
