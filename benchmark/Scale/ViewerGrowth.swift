import GStreamer

/// What viewers of one guest cost, from one to two hundred.
struct ViewerGrowth: Sendable {
    static let title = "viewers of one guest"
    private let settings: MeasureSettings

    init(_ settings: MeasureSettings) { self.settings = settings }

    private var steps: [Int] { settings.isQuick ? [1, 5, 10] : [1, 10, 25, 50, 100, 200] }

    func measure() async throws -> ScaleSeries {
        let most = steps.last ?? 1
        FileLimit.raise()
        let loco = LocoSettings(loco: settings.loco, viewersMax: most, bitrate: FloorSettings.videoBitrate)
        return try await LocoRun.with(loco) { loco, instances in
            let subject = try await Subject(loco, instances)
            var crowd: [Viewer] = []
            let outcome: Result<(rows: [ScaleRow], problem: String?), any Error>
            do { outcome = .success(try await grow(subject, &crowd)) } catch { outcome = .failure(error) }
            // Also when the measurement was cut short.
            let all = crowd
            await Task { await Self.leave(all) }.value
            let grown = try outcome.get()
            return series(grown.rows, grown.problem)
        }
    }

    /// - Returns: the rows, and why a size did not come up.
    private func grow(
        _ subject: Subject, _ crowd: inout [Viewer]
    ) async throws -> (rows: [ScaleRow], problem: String?) {
        var rows: [ScaleRow] = []
        var usual: Double?
        for step in steps {
            ProgressLine.show("\(step) \(Self.title)")
            var joins: [Double] = []
            var problem: String?
            while crowd.count < step, problem == nil {
                let viewer = try subject.viewer()
                crowd.append(viewer)
                do { joins.append(try await viewer.join(log: subject.log).firstFrame) } catch {
                    try Task.checkCancellation()
                    problem = "viewer \(crowd.count) did not join: \(error.localizedDescription)"
                }
            }
            // Not a row of that size: the last viewer is not one.
            if let problem { return (rows, problem) }
            try await Task.sleep(for: .seconds(settings.settleSeconds))
            let row = try await self.row(step, subject, crowd, joins, usual: usual)
            usual = usual ?? row.value("viewer.frames.min")
            rows.append(row)
            if row.saturation != nil { break }
        }
        return (rows, nil)
    }

    private func row(
        _ count: Int, _ subject: Subject, _ crowd: [Viewer], _ joins: [Double], usual: Double?
    ) async throws -> ScaleRow {
        let before = crowd.map(\.meter.counts)
        let start = Runtime.now()
        let window = try await RoleWindow(subject.loco, seconds: settings.seconds)
        let elapsed = Runtime.now() - start
        let received = zip(crowd, before).map { ReceivedRates($0.meter.counts - $1, over: elapsed) }
        let frames = Distribution(received.map(\.framesPerSecond))
        let times = Distribution(joins)
        return ScaleRow(
            count,
            [
                ScaleFigure("node", "cpu", "%", window.cpu[.node]),
                ScaleFigure("node", "rss", "MB", window.residentMB[.node]),
                ScaleFigure("hub", "cpu", "%", window.cpu[.hub]),
                ScaleFigure("viewer", "join", "ms", times.median, statistic: "p50", digits: 0),
                ScaleFigure("viewer", "join", "ms", times.percentile95, statistic: "p95", digits: 0),
                ScaleFigure("viewer", "frames", "1/s", frames.median, statistic: "p50"),
                ScaleFigure("viewer", "frames", "1/s", frames.minimum, statistic: "min"),
                ScaleFigure(
                    "viewer", "packets_missing", "", Double(received.map(\.missingVideoPackets).reduce(0, +)), digits: 0
                ),
                ScaleFigure(
                    "viewer", "video", "kbit/s", Distribution(received.map(\.videoKilobits)).median, digits: 0),
                ScaleFigure("bench", "cpu", "%", window.cpu[.bench]),
                ScaleFigure("machine", "busy", "%", window.machineBusy, digits: 0),
            ],
            saturation: Saturation.reason(busy: window.machineBusy, frames: frames.minimum, usual: usual))
    }

    private func series(_ rows: [ScaleRow], _ problem: String?) -> ScaleSeries {
        ScaleSeries(
            part: .viewers, title: Self.title, guests: { _ in 1 }, viewersPerGuest: { $0.count }, rows: rows,
            slopes: [
                .init(key: "node.cpu", name: "each viewer of a guest: node CPU", unit: "% of a core"),
                .init(key: "node.rss", name: "each viewer of a guest: node RSS", unit: "MB"),
                .init(key: "hub.cpu", name: "each viewer of a guest: hub CPU", unit: "% of a core", digits: 4),
            ],
            notes: (problem.map { [$0] } ?? [])
                + ["The receivers are in one process on this machine: bench's CPU is theirs, and is no cost of Loco."])
    }

    private static func leave(_ viewers: [Viewer]) async {
        for viewer in viewers {
            do { try await viewer.leave() } catch BenchError.refused(_, 404, _) {} catch {
                ProgressLine.show("a viewer's session did not end: \(error.localizedDescription)")
            }
        }
    }
}
