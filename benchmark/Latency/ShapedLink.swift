import GStreamer

/// A viewer whose link becomes slow and fast again.
struct ShapedLink: Sendable {
    private static let kilobits = 500
    private let settings: MeasureSettings
    private let queue: Int

    /// - Parameter queue: what may wait before the slow link, in ms of it.
    init(_ settings: MeasureSettings, queue: Int) {
        self.settings = settings
        self.queue = queue
    }

    func measure() async throws -> [Measure] {
        try await NetworkNamespace.with { namespace in
            let loco = LocoSettings(
                loco: settings.loco, addresses: ["127.0.0.1", namespace.outerAddress],
                bitrate: FloorSettings.videoBitrate)
            return try await LocoRun.with(loco) { loco, instances in
                let subject = try await Subject(loco, instances)
                let viewer = try RemoteViewer(
                    of: subject.instance, hub: loco.hub, prefix: namespace.prefix, address: namespace.innerAddress)
                let outcome: Result<[Measure], any Error>
                do {
                    try await viewer.join(log: subject.log)
                    outcome = .success(try await slowDown(viewer, namespace))
                } catch { outcome = .failure(error) }
                await Task { await viewer.leave() }.value
                return try outcome.get()
            }
        }
    }

    private func slowDown(_ viewer: RemoteViewer, _ namespace: NetworkNamespace) async throws -> [Measure] {
        ProgressLine.show(
            "a viewer behind a link of \(Self.kilobits) kbit/s: 5 s before, 20 s slow, then until it is over")
        // The first second has the first keyframe in it.
        try await Task.sleep(for: .seconds(1))
        let began = Runtime.now()
        try await Task.sleep(for: .seconds(4))
        let slowed = Runtime.now()
        try namespace.shape(kilobits: Self.kilobits, queue: queue)
        try await Task.sleep(for: .seconds(20))
        try namespace.unshape()
        let freed = Runtime.now()
        let normal = Self.rate(viewer.frames, from: began, to: slowed)
        let recovery = try await recovery(viewer, since: freed, normal: normal)
        let frames = viewer.frames
        let zero = frames.filter { $0.first >= began && $0.last < slowed }
        let hello = viewer.inbox.messages(type: "hello").last.flatMap { NodeClock($0.message) }
        guard let clock = hello ?? zero.first.map({ NodeClock(zeroAt: $0) }) else {
            throw BenchError.noVideo(instance: "the node", seconds: 4, log: "the node's")
        }
        let base = hello == nil ? zero.map { clock.delay(of: $0.rtp, at: $0.last) }.min() ?? 0 : 0
        let late = frames.filter { $0.isDecodable && $0.last >= slowed + 10_000_000_000 && $0.last < freed }
        let delays = Distribution(late.map { clock.delay(of: $0.rtp, at: $0.last) - base })
        let renditions = viewer.inbox.messages(type: "rendition").map { message in
            let seconds = (Double(message.at) - Double(slowed)) / 1e9
            return "\(message.message.name ?? "?") at \(Figure.text(seconds)) s"
        }
        return [
            Measure(
                "500 kbit/s link: frames shown", "shaped_frames", "1/s",
                Self.rate(frames, from: slowed + 10_000_000_000, to: freed), floor: normal, bar: .value(atLeast: 10),
                note: "from 10 s on; floor: before; in the first 10 s "
                    + "\(Figure.text(Self.rate(frames, from: slowed, to: slowed + 10_000_000_000))); "
                    + (renditions.isEmpty ? "no rendition messages" : renditions.joined(separator: ", "))),
            Measure(
                "  delay after 10 s, p95", "shaped_delay_p95", "ms", delays.percentile95, bar: .value(atMost: 400),
                note: "\(delays.count) frames; \(queue) ms may wait before the link; "
                    + (hello == nil ? "beyond the shortest before, for want of clock.rtpOffset" : "since capture"),
                digits: 0),
            Measure(
                "  back to full after", "shaped_recovery", "s", recovery, bar: .value(atMost: 15),
                note: recovery == nil
                    ? "not within \(Self.limit) s"
                    : renditions.isEmpty ? "judged by the rate alone: no rendition messages" : nil),
        ]
    }

    private static let limit = 30

    /// Seconds until the viewer is sent the full picture at its usual rate again; nil when that takes too long.
    private func recovery(_ viewer: RemoteViewer, since freed: UInt64, normal: Double) async throws -> Double? {
        let deadline = freed + UInt64(Self.limit) * 1_000_000_000
        while Runtime.now() < deadline {
            try await Task.sleep(for: .milliseconds(100))
            let last = viewer.inbox.messages(type: "rendition").last
            // A node without the message is judged by the rate alone.
            guard last.map({ $0.message.name == "full" }) ?? true else { continue }
            let from = max(freed, last?.at ?? 0)
            let frames = viewer.frames.filter(\.isDecodable)
            // The first second from which the rate is the usual one.
            for frame in frames where frame.last >= from {
                let end = frame.last + 1_000_000_000
                guard let newest = frames.last, newest.last >= end else { break }
                if Self.rate(frames, from: frame.last, to: end) >= 0.9 * normal {
                    return Double(frame.last - freed) / 1e9
                }
            }
        }
        return nil
    }

    /// Frames a second that a decoder could show.
    private static func rate(_ frames: [FrameArrival], from start: UInt64, to end: UInt64) -> Double {
        guard end > start else { return 0 }
        let count = frames.count { $0.isDecodable && $0.last >= start && $0.last < end }
        return Double(count) / (Double(end - start) / 1e9)
    }
}
