/// One run of `bench latency`, without the slow link.
struct LatencyBenchmark: Sendable {
    let settings: MeasureSettings
    /// The browser to start beside the receivers; nil for none.
    let browser: String?

    func run() async throws -> [Measure] {
        let loco = LocoSettings(loco: settings.loco, bitrate: FloorSettings.videoBitrate)
        return try await LocoRun.with(loco) { loco, instances in
            let subject = try await Subject(loco, instances)
            guard let browser else { return try await measure(subject, nil) }
            return try await Browser.with(browser) { try await measure(subject, $0) }
        }
    }

    private func measure(_ subject: Subject, _ page: BrowserPage?) async throws -> [Measure] {
        let seen = BrowserDelay(subject, settings, page)
        var measures = try await CaptureDelay(subject, settings).measure()
        measures += try await JoinDelay(subject, settings).measure("moving")
        measures += try await seen.joins("moving")
        try await subject.guest.brake()
        // The smoke clears in two seconds, then the picture is refined.
        try await Task.sleep(for: .seconds(4))
        measures += try await JoinDelay(subject, settings).measure("still")
        measures += try await seen.joins("still")
        measures += try await InputDelay(subject, settings).measure()
        measures += try await seen.keys()
        return measures
    }
}
