import GStreamer

/// Five thousand malformed messages a second to the hub while two viewers watch: each is refused, and no frame is lost.
struct HubFlood: Sendable {
    private static let rate = 5000
    /// So many that each stays below the rate that a socket may send at (200 a second).
    private static let spread = 32
    private let settings: MeasureSettings

    init(_ settings: MeasureSettings) { self.settings = settings }

    private struct Watched {
        let sent: FloodSender.Outcome
        let got: SignalCounts.Reading
        /// Messages that the hub's rate limit dropped.
        let dropped: Double?
        let lost: Int
        let missing: Int
        /// What the node itself dropped for its viewers.
        let nodeDropped: Double?
        /// Of the worse viewer, in a second.
        let frames: Double
        let hubCPU: Double
        let hubMB: Double
        let busy: Double?
    }

    func measure() async throws -> [Measure] {
        FileLimit.raise()
        return try await LocoRun.with(LocoSettings(loco: settings.loco)) { loco, instances in
            let subject = try await Subject(loco, instances)
            let hub = try await loco.process(.hub).identity.pid
            let viewers = try [subject.viewer(), subject.viewer()]
            return try await ViewerGroup.with(viewers) { viewers in
                for viewer in viewers { try await viewer.join(log: subject.log) }
                try await Task.sleep(for: .seconds(settings.settleSeconds))
                let calm = try await watch(subject, viewers, hub: hub, sockets: 0)
                let spread = try await watch(subject, viewers, hub: hub, sockets: Self.spread)
                let single = try await watch(subject, viewers, hub: hub, sockets: 1)
                return measures(calm: calm, spread: spread, single: single)
            }
        }
    }

    /// Watches while so many sockets send; without any, for comparison.
    private func watch(
        _ subject: Subject, _ viewers: [Viewer], hub: Int32, sockets: Int
    ) async throws -> Watched {
        let seconds = max(settings.seconds, settings.isQuick ? 3 : 10)
        ProgressLine.show(
            sockets == 0
                ? "watching undisturbed, \(seconds) s"
                : "\(Self.rate) malformed messages a second on \(sockets) sockets, \(seconds) s")
        return try await SignalCrowd.with(port: subject.loco.hub.port) { crowd in
            _ = try await crowd.grow(to: sockets)
            let (clock, load) = (try ProcessClock(pid: hub), MachineLoad.now())
            let (counts, cpu, start) = (crowd.counts.reading, try clock.nanoseconds(), Runtime.now())
            let before = (
                hub: try await hubMetrics(subject), node: try await subject.loco.metrics(of: subject.instance)
            )
            let starts = viewers.map { (frames: $0.meter.log.count, counts: $0.meter.counts) }
            let sent: FloodSender.Outcome
            if sockets == 0 {
                try await Task.sleep(for: .seconds(seconds))
                sent = .init(messages: 0, length: Double(seconds))
            } else {
                sent = try await FloodSender(rate: Self.rate, seconds: seconds).run(over: await crowd.sockets, seed: 6)
            }
            let used = try clock.nanoseconds() - cpu
            let elapsed = Runtime.now() - start
            let busy = load.flatMap { MachineLoad.now()?.busyPercent(since: $0) }
            let held = try ProcessFootprint(pid: hub)
            let logs = zip(viewers, starts).map { $0.meter.log.frames(from: $1.frames) }
            let received = zip(viewers, starts).map { $0.meter.counts - $1.counts }
            // The last answers are on their way.
            try await Task.sleep(for: .seconds(1))
            let after = (hub: try await hubMetrics(subject), node: try await subject.loco.metrics(of: subject.instance))
            return Watched(
                sent: sent, got: crowd.counts.reading - counts,
                dropped: Self.growth("loco_websocket_messages_dropped_total", before.hub, after.hub),
                lost: FrameComparison.lost(in: logs).reduce(0, +),
                missing: received.map(\.missingVideoPackets).reduce(0, +),
                nodeDropped: Self.growth("loco_viewer_dropped_frames_total", before.node, after.node),
                frames: Distribution(
                    received.map { ReceivedRates($0, over: elapsed).framesPerSecond }
                ).minimum ?? 0,
                hubCPU: Double(used) / Double(elapsed) * 100, hubMB: held.residentMB, busy: busy)
        }
    }

    private func hubMetrics(_ subject: Subject) async throws -> NodeMetrics {
        NodeMetrics(text: try await subject.loco.hub.text("/metrics"))
    }

    private static func growth(_ series: String, _ before: NodeMetrics?, _ after: NodeMetrics?) -> Double? {
        guard let start = before?.total(series), let end = after?.total(series) else { return nil }
        return end - start
    }

    private func measures(calm: Watched, spread: Watched, single: Watched) -> [Measure] {
        [(spread, "\(Self.spread) sockets", "spread"), (single, "one socket", "single")].flatMap {
            flood, name, key -> [Measure] in
            // Every message is answered, or told of by the socket's limit; whatever is neither was lost.
            let accounted = flood.dropped.map { Double(flood.got.errors) + $0 }
            return [
                Measure(
                    "flood over \(name): malformed messages sent", "flood_\(key)_sent", "1/s", flood.sent.perSecond,
                    // Less than asked for by a burst at the end at most.
                    bar: .value(atLeast: Double(Self.rate) * 0.99), note: "\(flood.sent.messages) messages", digits: 0),
                Measure(
                    "  refused: answered or over the limit", "flood_\(key)_refused", "share",
                    accounted.map { $0 / Double(max(1, flood.sent.messages)) }, bar: .value(atLeast: 1),
                    note: "\(flood.got.errors) answered with an error, \(Figure.text(flood.dropped, 0)) dropped by the "
                        + "limit with \(flood.got.limited) notices", digits: 4),
                Measure("  sockets closed by the hub", "flood_\(key)_closed", "", Double(flood.got.closed), digits: 0),
                Measure(
                    "  frames lost by the viewers", "flood_\(key)_frames_lost", "", Double(flood.lost),
                    bar: .value(atMost: 0),
                    note: "of one that the other got; the node dropped \(Figure.text(flood.nodeDropped, 0))", digits: 0),
                Measure(
                    "  packets missing", "flood_\(key)_packets_missing", "", Double(flood.missing),
                    bar: .value(atMost: 0), digits: 0),
                Measure(
                    "  frames dropped by the node", "flood_\(key)_frames_dropped", "", flood.nodeDropped,
                    bar: .value(atMost: 0), digits: 0),
                Measure(
                    "  frames a second beside calm", "flood_\(key)_frames", "1/s", flood.frames, floor: calm.frames,
                    bar: .ratio(atLeast: 0.98)),
                Measure(
                    "  hub CPU", "flood_\(key)_hub_cpu", "% of a core", flood.hubCPU, floor: calm.hubCPU,
                    note: "the cores were \(Figure.text(flood.busy, 0)) % busy, calm \(Figure.text(calm.busy, 0)) %",
                    digits: 1),
                Measure("  hub RSS", "flood_\(key)_hub_rss", "MB", flood.hubMB, floor: calm.hubMB, digits: 1),
            ]
        }
    }
}
