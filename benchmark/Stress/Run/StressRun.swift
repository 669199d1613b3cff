import Foundation
import GStreamer

/// One run: a fleet of its own, the steps of a trace, and whoever watches that all is well meanwhile.
struct StressRun: Sendable {
    let trace: StressTrace
    let settings: StressSettings

    /// Runs it; whatever happens, everything that was started is gone when it returns.
    ///
    /// - Throws: what keeps it from being run at all; what it finds wrong is in the result.
    func run() async throws -> StressResult {
        guard trace.head.options.isShaped else { return try await run(nil) }
        return try await NetworkNamespace.with { try await run($0) }
    }

    private func run(_ namespace: NetworkNamespace?) async throws -> StressResult {
        let fleet = try StressFleet(
            guests: trace.head.guests, program: settings.loco, fault: settings.fault,
            addresses: ["127.0.0.1"] + (namespace.map { [$0.outerAddress] } ?? []))
        let outcome: Result<StressResult, any Error>
        do {
            try await fleet.start()
            let runner = StressRunner(trace, fleet, namespace: namespace, isVerbose: settings.isVerbose)
            outcome = .success(try await runner.run())
        } catch { outcome = .failure(error) }
        // In a task of its own: it must not be cut short when the run is.
        let stopped = await Task { try await fleet.stop() }.result
        guard case .success(var result) = outcome else {
            if case .failure(let problem) = stopped { ProgressLine.show(problem.localizedDescription) }
            if StopRequest.isRaised {
                try fleet.removeDirectory()
            } else {
                ProgressLine.show("logs are kept in \(fleet.directory)")
            }
            return try outcome.get()
        }
        if case .failure(let problem) = stopped, result.failure == nil { result = result.ended(badly: problem) }
        if result.failure != nil {
            result.folder = try FailureFolder(result, logs: fleet.directory, parent: settings.output).write()
        }
        try fleet.removeDirectory()
        return result
    }
}

extension StressResult {
    /// The same run, which left something behind at its end.
    fileprivate func ended(badly problem: any Error) -> StressResult {
        let verdict = Verdict(
            kind: .leak, subject: "the fleet", value: 1, limit: 0, unit: "failures to end",
            detail: problem.localizedDescription)
        return StressResult(
            trace: trace, seconds: seconds, begun: begun, played: played,
            failure: StressFailure(
                step: trace.steps.count, operation: "end", seconds: seconds, verdicts: [verdict], before: [:],
                after: [:], graphs: [:]))
    }
}
