/// From sending an offer to the first frame that a decoder could show; each viewer joins alone, so that the encoder
/// has to start.
struct JoinDelay: Sendable {
    private let subject: Subject
    private let settings: MeasureSettings

    init(_ subject: Subject, _ settings: MeasureSettings) {
        self.subject = subject
        self.settings = settings
    }

    /// - Parameter screen: what the screen does, for the name: moving or still.
    func measure(_ screen: String) async throws -> [Measure] {
        let count = settings.isQuick ? 5 : 20
        ProgressLine.show("\(count) joins, \(screen) screen")
        var joins: [JoinTimes] = []
        for _ in 0..<count {
            let viewer = try subject.viewer()
            joins.append(try await ViewerGroup.with([viewer]) { _ in try await viewer.join(log: subject.log) })
            try await Task.sleep(for: .milliseconds(100))
        }
        let all = Distribution(joins.map(\.firstFrame))
        return [
            Measure(
                "offer -> first frame, \(screen), p95", "first_frame_\(screen)_p95", "ms", all.percentile95,
                bar: .value(atMost: 250),
                note: "\(count) joins, median \(Figure.text(all.median)), undecoded: Chromium adds its decoder",
                digits: 1),
            Measure(
                "  of it until the answer, p95", "answer_\(screen)_p95", "ms",
                Distribution(joins.map(\.answer)).percentile95, digits: 1),
        ]
    }
}
