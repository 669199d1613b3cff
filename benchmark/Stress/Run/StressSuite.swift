import Foundation

/// Several runs, one after another, and what is to be done with those that fail.
struct StressSuite: Sendable {
    let traces: [StressTrace]
    let settings: StressSettings
    /// How a failing sequence is made shorter; nil for not at all.
    var shrinker: ShrinkSettings?

    /// Runs them all.
    func run() async throws -> [StressResult] {
        var results: [StressResult] = []
        for trace in traces {
            let head = trace.head
            ProgressLine.show(
                "\(head.scenario.rawValue), seed \(head.seed): \(trace.steps.count) steps, \(head.guests) guests")
            let result = try await StressRun(trace: trace, settings: settings).run()
            results.append(result)
            Self.tell(result)
            if result.failure != nil, let shrinker { try await shrink(result, shrinker) }
        }
        return results
    }

    private static func tell(_ result: StressResult) {
        let sessions = "\(result.begun) sessions, \(result.played) with a picture, \(Figure.text(result.seconds)) s"
        guard let failure = result.failure else {
            return ProgressLine.show("\(result.name): well; \(sessions)")
        }
        ProgressLine.show("\(result.name): FAILED at step \(failure.step + 1) (\(failure.operation)); \(sessions)")
        for verdict in failure.verdicts { ProgressLine.show("  \(verdict.text)") }
        if let folder = result.folder { ProgressLine.show("  \(folder)") }
    }

    /// Looks for a shorter sequence with the same verdict.
    private func shrink(_ result: StressResult, _ bounds: ShrinkSettings) async throws {
        guard let failure = result.failure, let kind = failure.verdicts.first?.kind, let folder = result.folder else {
            return
        }
        let head = result.trace.head
        // What was not reached is not needed.
        let reached = Array(result.trace.steps.prefix(failure.step + 1))
        ProgressLine.show(
            "looking for a shorter sequence than these \(reached.count) steps that ends in \(kind.rawValue)")
        var quiet = settings
        quiet.isVerbose = false
        let once = quiet
        let shrinker = Shrinker(
            maxRuns: bounds.runs, deadline: ContinuousClock.now + .seconds(60 * bounds.minutes))
        let outcome = try await shrinker.shrink(reached) { steps in
            let again = try await StressRun(trace: StressTrace(head: head, steps: steps), settings: once).run()
            // The folders of all tries would bury the one that counts.
            if let folder = again.folder { try? FileManager.default.removeItem(atPath: folder) }
            let fails = again.verdicts.contains { $0.kind == kind }
            ProgressLine.show("  \(steps.count) steps: \(fails ? "fail" : "do not fail")")
            return fails
        }
        let file = try FailureFolder.add(shrunk: StressTrace(head: head, steps: outcome.items), to: folder)
        ProgressLine.show(
            "\(outcome.items.count) steps are left after \(outcome.runs) runs"
                + "\(outcome.isMinimal ? ", of which none can be left out" : ""): \(file)")
    }
}
