/// One run of `bench idle`.
struct IdleBenchmark: Sendable {
    let settings: MeasureSettings
    /// Frames a second that may come of a still screen: the floor that keeps receivers calm.
    private static let stillRate = 3.0

    func run() async throws -> [Measure] {
        let loco = LocoSettings(loco: settings.loco, bitrate: FloorSettings.videoBitrate)
        return try await LocoRun.with(loco) { loco, instances in
            let subject = try await Subject(loco, instances)
            var (moving, still): ([WatchedWindow], [WatchedWindow]) = ([], [])
            for round in 1...settings.rounds {
                ProgressLine.show("moving, then still, round \(round) of \(settings.rounds)")
                let viewer = try subject.viewer()
                try await ViewerGroup.with([viewer]) { _ in
                    try await viewer.join(log: subject.log)
                    try await settle()
                    moving.append(try await subject.window(viewer, seconds: settings.seconds))
                    try await subject.guest.brake()
                    // The smoke clears in two seconds, then the picture is refined.
                    try await Task.sleep(for: .seconds(4))
                    still.append(try await subject.window(viewer, seconds: settings.seconds))
                }
                if round < settings.rounds { try await subject.guest.drive() }
            }
            // The screen stays still from here on.
            let unwatched = try await subject.clock.percent(over: .seconds(settings.seconds))
            let viewer = try subject.viewer()
            let sources = try await ViewerGroup.with([viewer]) { _ in
                try await viewer.join(log: subject.log)
                return try await subject.sources(told: viewer)
            }
            let floor = try await FloorRun.with(sources) { pid, receiver in
                try await settle()
                return try await WatchedWindow(ProcessClock(pid: pid), receiver, seconds: settings.seconds)
            }
            return try report(moving, still, floor: floor.cpu, unwatched: unwatched)
        }
    }

    private func settle() async throws { try await Task.sleep(for: .seconds(settings.settleSeconds)) }

    private func report(
        _ moving: [WatchedWindow], _ still: [WatchedWindow], floor: Double, unwatched: Double
    ) throws -> [Measure] {
        let rates = Distribution(still.map(\.received.framesPerSecond))
        // Else the figure would be one of something else.
        if let rate = rates.median, rate > Self.stillRate { throw BenchError.stillMoving(framesPerSecond: rate) }
        let cpu = Distribution(still.map(\.cpu))
        let movingCPU = Distribution(moving.map(\.cpu)).median
        let ratios = Distribution(zip(still, moving).map { $0.cpu / $1.cpu })
        return [
            Measure(
                "still screen, one viewer: node CPU", "idle_cpu", "% of a core", cpu.median, floor: floor,
                bar: .value(atMost: 1), note: "\(cpu.spread() ?? "one window"); floor: the bare pipeline on it"),
            Measure(
                "  beside the moving screen", "idle_to_moving", "% of a core", cpu.median, floor: movingCPU,
                ratio: ratios.median, bar: .ratio(atMost: 0.15), note: "ratios \(ratios.spread() ?? "of one window")"),
            Measure("  frames received", "idle_frames", "1/s", rates.median),
            Measure(
                "  video received", "idle_video", "kbit/s",
                Distribution(still.map(\.received.videoKilobits)).median, digits: 0),
            Measure("still screen, no viewer: node CPU", "idle_unwatched_cpu", "% of a core", unwatched),
        ]
    }
}
