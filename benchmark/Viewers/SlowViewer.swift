import GStreamer

/// What the others lose while one viewer's process is halted and reads nothing any more.
struct SlowViewer: Sendable {
    private static let others = 3
    private let subject: Subject
    private let settings: MeasureSettings

    init(_ subject: Subject, _ settings: MeasureSettings) {
        self.subject = subject
        self.settings = settings
    }

    func measure() async throws -> [Measure] {
        ProgressLine.show("a viewer that stops reading beside \(Self.others) others")
        let viewers = try (0..<Self.others).map { _ in try subject.viewer() }
        let slow = try RemoteViewer(of: subject.instance, hub: subject.loco.hub)
        return try await ViewerGroup.with(viewers) { viewers in
            let outcome: Result<[Measure], any Error>
            do {
                for viewer in viewers { try await viewer.join(log: subject.log) }
                try await slow.join(log: subject.log)
                outcome = .success(try await halt(slow, viewers))
            } catch { outcome = .failure(error) }
            await Task { await slow.leave() }.value
            return try outcome.get()
        }
    }

    private func halt(_ slow: RemoteViewer, _ viewers: [Viewer]) async throws -> [Measure] {
        try await Task.sleep(for: .seconds(settings.settleSeconds))
        // Long enough to fill whatever buffers there are; the node may give the viewer up meanwhile.
        let seconds = max(settings.seconds, settings.isQuick ? 5 : 15)
        let starts = viewers.map { (frames: $0.meter.log.count, counts: $0.meter.counts) }
        slow.halt(true)
        let before = slow.counts.frames
        try await Task.sleep(for: .seconds(seconds))
        let logs = zip(viewers, starts).map { $0.meter.log.frames(from: $1.frames) }
        let packets = zip(viewers, starts).map { ($0.meter.counts - $1.counts).missingVideoPackets }.reduce(0, +)
        let during = slow.counts.frames - before
        slow.halt(false)
        let lost = FrameComparison.lost(in: logs)
        return [
            Measure(
                "slow viewer: frames lost by the others", "slow_viewer_frames_lost", "",
                Double(lost.reduce(0, +)), bar: .value(atMost: 0),
                note:
                    "\(Self.others) others, \(logs.map { "\($0.count)" }.joined(separator: ", ")) frames in \(seconds) s; "
                    + "the halted one reported \(during)", digits: 0),
            Measure(
                "  packets missing at the others", "slow_viewer_packets_missing", "", Double(packets), digits: 0),
        ]
    }
}
