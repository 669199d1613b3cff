/// The cost of streaming to one viewer beside that of a bare pipeline, measured in turns: whatever else the machine
/// does hits both.
struct OneViewer: Sendable {
    private let subject: Subject
    private let settings: MeasureSettings

    init(_ subject: Subject, _ settings: MeasureSettings) {
        self.subject = subject
        self.settings = settings
    }

    func measure() async throws -> [Measure] {
        var (nodes, floors, launches): ([WatchedWindow], [WatchedWindow], [Double]) = ([], [], [])
        var size = ""
        for round in 1...settings.rounds {
            ProgressLine.show("one viewer beside the floor, round \(round) of \(settings.rounds)")
            let viewer = try subject.viewer()
            let sources = try await ViewerGroup.with([viewer]) { _ in
                try await viewer.join(log: subject.log)
                try await settle()
                nodes.append(try await subject.window(viewer, seconds: settings.seconds))
                return try await subject.sources(told: viewer)
            }
            size = "\(sources.width)x\(sources.height)"
            floors.append(
                try await FloorRun.with(sources) { pid, receiver in
                    try await settle()
                    return try await WatchedWindow(ProcessClock(pid: pid), receiver, seconds: settings.seconds)
                })
            guard LaunchRun.isAvailable else { continue }
            launches.append(
                try await LaunchRun.with(sources) { pid in
                    try await settle()
                    return try await ProcessClock(pid: pid).percent(over: .seconds(settings.seconds))
                })
        }
        return report(nodes, floors, launches, size: size)
    }

    private func settle() async throws { try await Task.sleep(for: .seconds(settings.settleSeconds)) }

    private func report(
        _ nodes: [WatchedWindow], _ floors: [WatchedWindow], _ launches: [Double], size: String
    ) -> [Measure] {
        func middle(_ windows: [WatchedWindow], _ figure: (WatchedWindow) -> Double) -> Double? {
            Distribution(windows.map(figure)).median
        }
        let ratios = Distribution(zip(nodes, floors).map { $0.cpu / $1.cpu })
        let launchRatios = Distribution(zip(nodes, launches).map { $0.cpu / $1 })
        let gate = Distribution(nodes.compactMap { window in window.gatePercent.map { $0 / window.cpu * 100 } })
        let node = middle(nodes, \.cpu)
        return [
            Measure(
                "node CPU, one viewer, \(size) moving", "one_viewer_cpu", "% of a core", node,
                floor: middle(floors, \.cpu), ratio: ratios.median, bar: .ratio(atMost: 1.10),
                note: "ratios \(ratios.spread() ?? "of one window"); floor: one bare pipeline into webrtcbin"),
            Measure(
                "  beside gst-launch-1.0 into udpsink", "one_viewer_cpu_launch", "% of a core", node,
                floor: Distribution(launches).median, ratio: launchRatios.median,
                note: launches.isEmpty
                    ? "gst-launch-1.0 is not installed (gstreamer1.0-tools)"
                    : "ratios \(launchRatios.spread() ?? "of one window"); without ICE, DTLS and RTCP"),
            // The gate leaves out frames that show nothing new; the floor encodes them all.
            Measure(
                "  CPU time per frame received", "one_viewer_frame_cost", "ms", middle(nodes, \.frameCost),
                floor: middle(floors, \.frameCost)),
            Measure(
                "  frames received", "one_viewer_frames", "1/s", middle(nodes, \.received.framesPerSecond),
                floor: middle(floors, \.received.framesPerSecond)),
            Measure(
                "  video received", "one_viewer_video", "kbit/s", middle(nodes, \.received.videoKilobits),
                floor: middle(floors, \.received.videoKilobits), digits: 0),
            Measure(
                "probes and gate, share of node CPU", "gate_share", "%", gate.median, bar: .value(atMost: 2),
                note: gate.median == nil ? "this loco's /metrics has no loco_gate_seconds_total" : gate.spread()),
        ]
    }
}
