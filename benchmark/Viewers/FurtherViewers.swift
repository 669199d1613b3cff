/// What each further viewer of the same rendition adds, as the slope over growing numbers of them.
struct FurtherViewers: Sendable {
    /// The largest number of viewers.
    static let most = 16
    private let subject: Subject
    private let settings: MeasureSettings

    init(_ subject: Subject, _ settings: MeasureSettings) {
        self.subject = subject
        self.settings = settings
    }

    func measure() async throws -> [Measure] {
        let steps = settings.isQuick ? [1, 8] : [1, 4, 8, Self.most]
        let viewers = try (0..<(steps.last ?? 1)).map { _ in try subject.viewer() }
        var cpu: [(x: Double, y: Double)] = []
        var memory: [(x: Double, y: Double)] = []
        var kilobits: [Double] = []
        try await ViewerGroup.with(viewers) { viewers in
            var joined = 0
            for step in steps {
                ProgressLine.show("\(step) viewers of one guest")
                for viewer in viewers[joined..<step] { try await viewer.join(log: subject.log) }
                joined = step
                try await Task.sleep(for: .seconds(settings.settleSeconds))
                let window = try await subject.window(viewers[0], seconds: settings.seconds)
                cpu.append((Double(step), window.cpu))
                memory.append((Double(step), try subject.residentMB()))
                kilobits.append(window.received.videoKilobits)
            }
        }
        let (cpuFit, memoryFit) = (LinearFit(cpu), LinearFit(memory))
        return [
            Measure(
                "each further viewer, CPU", "further_viewer_cpu", "% of a core", cpuFit?.slope,
                bar: .value(atMost: 0.7), note: Self.note(cpu, "%", cpuFit), digits: 3),
            Measure(
                "each further viewer, RSS", "further_viewer_rss", "MB", memoryFit?.slope, bar: .value(atMost: 2),
                note: Self.note(memory, "MB", memoryFit), digits: 3),
            Measure(
                "  video each received", "further_viewer_video", "kbit/s", Distribution(kilobits).median,
                note: "the encoder may use \(FloorSettings.videoBitrate); the guest's picture decides", digits: 0),
        ]
    }

    private static func note(_ points: [(x: Double, y: Double)], _ unit: String, _ fit: LinearFit?) -> String {
        let list = points.map { "\(Int($0.x)): \(Figure.text($0.y)) \(unit)" }.joined(separator: ", ")
        return "viewers " + list + (fit?.error.map { "; slope ± \(Figure.text($0, 3))" } ?? "")
    }
}
