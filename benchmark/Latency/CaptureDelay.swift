/// From the capture tick to the last packet of the frame at a receiver on the same machine, in turns with the bare
/// pipeline: what the node adds is the difference.
struct CaptureDelay: Sendable {
    private let subject: Subject
    private let settings: MeasureSettings

    init(_ subject: Subject, _ settings: MeasureSettings) {
        self.subject = subject
        self.settings = settings
    }

    func measure() async throws -> [Measure] {
        var (delays, floors): ([Double], [Double]) = ([], [])
        var hasClock = true
        let before = try await subject.loco.metrics(of: subject.instance)
        for round in 1...settings.rounds {
            ProgressLine.show("capture to wire beside the floor, round \(round) of \(settings.rounds)")
            let viewer = try subject.viewer()
            let sources = try await ViewerGroup.with([viewer]) { _ in
                try await viewer.join(log: subject.log)
                let frames = try await frames(of: viewer.receiver)
                if let clock = try await viewer.clock() {
                    delays += frames.map { clock.delay(of: $0.rtp, at: $0.last) }
                } else {
                    hasClock = false
                }
                return try await subject.sources(told: viewer)
            }
            // Without sound: in one pipeline its latency would hold the picture back, and this be no floor.
            floors += try await FloorRun.with(sources, withSound: false) { _, receiver in
                let clock = NodeClock(offset: 0, rate: 90_000)
                return try await frames(of: receiver).map { clock.delay(of: $0.rtp, at: $0.last) }
            }
        }
        return report(Distribution(delays), Distribution(floors), hasClock: hasClock)
            + stages(since: before, in: try await subject.loco.metrics(of: subject.instance))
    }

    private func frames(of receiver: Receiver) async throws -> [FrameArrival] {
        try await Task.sleep(for: .seconds(settings.settleSeconds))
        let start = receiver.meter.log.count
        try await Task.sleep(for: .seconds(settings.seconds))
        return receiver.meter.log.frames(from: start)
    }

    private func report(_ delays: Distribution, _ floors: Distribution, hasClock: Bool) -> [Measure] {
        let missing = hasClock ? nil : "this loco's hello has no clock.rtpOffset to read the capture's time by"
        return [
            Measure(
                "capture tick -> wire, p95", "capture_to_wire_p95", "ms", delays.percentile95,
                floor: floors.percentile95, bar: .value(atMost: 8),
                note: missing ?? "\(delays.count) frames; floor: \(floors.count) frames of the bare pipeline"),
            Measure(
                "  p50", "capture_to_wire_p50", "ms", delays.median, floor: floors.median),
            Measure(
                "  p99", "capture_to_wire_p99", "ms", delays.percentile(99), floor: floors.percentile(99)),
        ]
    }

    private func stages(since before: NodeMetrics?, in now: NodeMetrics?) -> [Measure] {
        ["grab", "gate", "encode", "packetise", "send"].compactMap { stage in
            let seconds = now?.quantile(0.95, of: "loco_stage_seconds", ["stage": stage], since: before)
            return seconds.map {
                Measure("  node's own stage '\(stage)', p95", "stage_\(stage)_p95", "ms", $0 * 1000)
            }
        }
    }
}
