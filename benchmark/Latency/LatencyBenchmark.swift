/// One run of `bench latency`, without the slow link.
struct LatencyBenchmark: Sendable {
    let settings: MeasureSettings

    func run() async throws -> [Measure] {
        let loco = LocoSettings(loco: settings.loco, bitrate: FloorSettings.videoBitrate)
        return try await LocoRun.with(loco) { loco, instances in
            let subject = try await Subject(loco, instances)
            var measures = try await CaptureDelay(subject, settings).measure()
            measures += try await JoinDelay(subject, settings).measure("moving")
            try await subject.guest.brake()
            // The smoke clears in two seconds, then the picture is refined.
            try await Task.sleep(for: .seconds(4))
            measures += try await JoinDelay(subject, settings).measure("still")
            measures += try await InputDelay(subject, settings).measure()
            return measures
        }
    }
}
