import GStreamer

/// From a key sent over the data channel to the frame that shows its effect, at the receiver.
///
/// The screen must be still: then the first frame that differs is the key's.
struct InputDelay: Sendable {
    private let subject: Subject
    private let settings: MeasureSettings

    init(_ subject: Subject, _ settings: MeasureSettings) {
        self.subject = subject
        self.settings = settings
    }

    /// One key.
    private struct Sample {
        /// Until the frame was here, in ms.
        let total: Double
        /// Until QEMU had taken it, in ms after the node got it; likewise until the changed frame was captured.
        let taken: Double?
        let changed: Double?
    }

    func measure() async throws -> [Measure] {
        let count = settings.isQuick ? 12 : 60
        ProgressLine.show("\(count) keys on a still screen")
        let viewer = try subject.viewer()
        let samples = try await ViewerGroup.with([viewer]) { _ in
            try await viewer.join(log: subject.log)
            guard try await viewer.message("hello") != nil else { return [Sample]() }
            try await Task.sleep(for: .seconds(settings.settleSeconds))
            var samples: [Sample] = []
            for id in 1...count {
                if let sample = try await press(viewer, id: id) { samples.append(sample) }
                // None after some: this loco does not answer.
                if id == 3, samples.isEmpty { break }
                // At any moment between two captures.
                try await Task.sleep(for: .milliseconds(Int.random(in: 150...350)))
            }
            return samples
        }
        return report(samples, of: count)
    }

    private func press(_ viewer: Viewer, id: Int) async throws -> Sample? {
        let start = viewer.meter.log.count
        let sent = Runtime.now()
        await viewer.receiver.send(#"{"type":"key","code":"KeyX","action":"tap","id":\#(id)}"#)
        let deadline = ContinuousClock.now + .milliseconds(1500)
        while ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
            let echo = viewer.receiver.inbox.messages(type: "echo").last { $0.message.id == id }?.message
            guard let echo, let rtp = echo.rtp,
                let frame = viewer.meter.log.frames(from: start).first(where: { Self.isSame($0.rtp, rtp) })
            else { continue }
            return Sample(total: Double(frame.last - sent) / 1e6, taken: echo.taken, changed: echo.changed)
        }
        return nil
    }

    /// Node and packetiser round the same time by themselves.
    private static func isSame(_ one: UInt32, _ other: UInt32) -> Bool {
        Int32(bitPattern: one &- other).magnitude <= 2
    }

    private func report(_ samples: [Sample], of count: Int) -> [Measure] {
        let all = Distribution(samples.map(\.total))
        let note =
            samples.isEmpty
            ? BenchError.noEchoes.localizedDescription
            : "\(samples.count) of \(count) keys echoed; undecoded: the page's own figure adds decoder and display"
        return [
            Measure(
                "key -> changed frame, p50", "click_to_frame_p50", "ms", all.median, bar: .value(atMost: 60), note: note
            ),
            Measure(
                "key -> changed frame, p95", "click_to_frame_p95", "ms", all.percentile95, bar: .value(atMost: 100)),
            Measure(
                "  of it until QEMU took it, p50", "click_taken_p50", "ms",
                Distribution(samples.compactMap(\.taken)).median),
            Measure(
                "  of it until captured, p50", "click_changed_p50", "ms",
                Distribution(samples.compactMap(\.changed)).median),
        ]
    }
}
