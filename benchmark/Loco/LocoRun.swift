/// A Loco for the time of a measurement.
enum LocoRun {
    /// Starts Loco, lends it once all guests can be watched, and stops it, whatever happens.
    ///
    /// - Parameter report: gets the figures before a problem with stopping is thrown.
    /// - Throws: what `body` throws, else `BenchError.leftBehind`.
    @discardableResult
    static func with<R>(
        _ settings: LocoSettings, _ body: (LocoProcess, _ instances: [String]) async throws -> R,
        report: (R) throws -> Void = { _ in }
    ) async throws -> R {
        let loco = try LocoProcess(settings)
        let outcome: Result<R, any Error>
        do {
            ProgressLine.show("starting \(settings.guests) guests on port \(loco.hub.port), logs in \(loco.directory)")
            try await loco.start()
            outcome = .success(try await body(loco, try await loco.waitUntilReady()))
        } catch { outcome = .failure(error) }
        // In a task of its own: it must not be cut short when the measurement is.
        let stopped = await Task { try await loco.stop() }.result
        if case .failure(let error) = outcome {
            if case .failure(let problem) = stopped { ProgressLine.show(problem.localizedDescription) }
            if StopRequest.isRaised {
                try loco.removeDirectory()
            } else {
                ProgressLine.show("logs are kept in \(loco.directory)")
            }
            throw error
        }
        let result = try outcome.get()
        try report(result)
        try stopped.get()
        try loco.removeDirectory()
        return result
    }
}
