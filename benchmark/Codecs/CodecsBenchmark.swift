import Foundation
import GStreamer
import Pipelines

/// One run of `bench codecs`.
struct CodecsBenchmark: Sendable {
    private let settings: CodecsSettings
    private let loco: String
    private let start = ContinuousClock.now

    /// How far a run is.
    private struct Progress: Sendable {
        var outcome = CodecsOutcome()
        var done = 0
        /// The longest that a combination took.
        var longest = Duration.zero
    }

    init(_ settings: CodecsSettings, loco: String) {
        self.settings = settings
        self.loco = loco
    }

    /// Measures, appends rows and prints them; whatever happens, everything that was started is gone when it returns.
    ///
    /// - Returns: also what could not be measured: that is no reason to stop.
    func run() async throws -> CodecsOutcome {
        try Runtime.start()
        let machine = try CodecMachine(loco: loco)
        var table = try CodecTable(appendingTo: settings.output)
        let plan = CodecPlan(settings, problem: Self.problem) { subject in
            settings.resumes ? table.row(of: subject, machine: machine.name, version: machine.version) : nil
        }
        for skip in plan.skips { ProgressLine.show("skipped: \(skip.what): \(skip.reason)") }
        if !plan.known.isEmpty {
            ProgressLine.show("\(plan.known.count) combinations are in \(settings.output) already")
        }
        let bar = ProgressBar(count: plan.count)
        defer { bar.end() }
        var progress = Progress()
        progress.outcome.rows = plan.known
        progress.outcome.skips = plan.skips
        // Screens are shared by all stages that can have the same.
        var rest = plan.stages[...]
        while let first = rest.first {
            let stages = settings.source == .guest ? rest.prefix { $0.replicas == first.replicas } : rest.prefix(1)
            rest = rest.dropFirst(stages.count)
            guard hasTime(for: progress.longest + .seconds(progress.done == 0 ? 0 : 4 + 2 * first.replicas)) else {
                for step in stages.flatMap(\.steps) { leaveOut(step, &progress) }
                continue
            }
            (progress, table) = try await screens(for: first) { [progress, table] displays in
                var (progress, table) = (progress, table)
                for step in stages.flatMap(\.steps) {
                    try await measure(step, displays, machine, bar, &progress, &table)
                }
                return (progress, table)
            }
        }
        bar.end()
        print(CodecSummary(rows: progress.outcome.rows).text)
        return progress.outcome
    }

    private func leaveOut(_ step: CodecPlan.Step, _ progress: inout Progress) {
        let skip = CodecPlan.Skip(what: Self.name(step), reason: "no time was left for it")
        ProgressLine.show("skipped: \(skip.what): \(skip.reason)")
        progress.outcome.skips.append(skip)
    }

    private func measure(
        _ step: CodecPlan.Step, _ displays: [CapturedDisplay], _ machine: CodecMachine, _ bar: ProgressBar,
        _ progress: inout Progress, _ table: inout CodecTable
    ) async throws {
        guard hasTime(for: progress.longest) else { return leaveOut(step, &progress) }
        try Task.checkCancellation()
        let began = ContinuousClock.now
        bar.show(progress.done, Self.name(step))
        let measurement = CodecMeasurement(
            encoder: step.encoder, subject: step.subject, bitrate: MediaSettings().full.bitrate,
            windows: settings.windows, machine: machine.name, version: machine.version)
        do {
            let row = try await measurement.row(of: displays)
            try table.append(row)
            progress.outcome.rows.append(row)
        } catch BenchError.childFailed(let what, let reason) {
            try Task.checkCancellation()
            ProgressLine.show("failed: \(Self.name(step)): \(what): \(reason)")
            progress.outcome.failures.append(.init(what: Self.name(step), reason: "\(what): \(reason)"))
        }
        progress.done += 1
        progress.longest = max(progress.longest, ContinuousClock.now - began)
    }

    /// Whether a run with a limit can take that much longer.
    private func hasTime(for more: Duration) -> Bool {
        guard let limit = settings.limit else { return true }
        return ContinuousClock.now - start + more <= limit
    }

    private func screens<R: Sendable>(
        for stage: CodecPlan.Stage, _ body: @Sendable ([CapturedDisplay]) async throws -> R
    ) async throws -> R {
        let size = ["--width", "\(stage.width)", "--height", "\(stage.height)", "--fps", "\(stage.rate)"]
        return switch settings.source {
        case .guest: try await CodecScreens.guests(stage.replicas, loco: loco, body)
        case .content(let kind):
            try await CodecScreens.drawn(
                stage.replicas, width: stage.width, height: stage.height,
                by: { ["content", "--kind", kind, "--display", $0] + size }, body)
        case .file(let path):
            try await CodecScreens.drawn(
                stage.replicas, width: stage.width, height: stage.height,
                by: { ["play", "--file", path, "--display", $0] + size.dropLast(2) }, body)
        }
    }

    /// Why an encoder cannot be measured on this machine; nil where it can.
    static func problem(_ encoder: CodecEncoder) -> String? {
        do {
            try Runtime.require([encoder.element])
            _ = try CodecDecoder.of(encoder.codec)
            return nil
        } catch { return "\(error)" }
    }

    private static func name(_ step: CodecPlan.Step) -> String {
        let subject = step.subject
        return "\(subject.codec) by \(subject.encoder), \(subject.width)x\(subject.height) at \(subject.targetFPS)/s, "
            + "\(subject.replicas) x \(subject.source)"
    }
}
