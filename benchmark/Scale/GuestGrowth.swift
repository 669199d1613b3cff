import GStreamer

/// What guests cost, from one to sixteen, each with one viewer.
struct GuestGrowth: Sendable {
    static let title = "guests with one viewer each"
    /// What belongs to a guest, the hub and the viewers left out.
    private static let ofGuests: [Role] = [.node, .qemu, .xserver, .pulse, .other]
    private let settings: MeasureSettings

    init(_ settings: MeasureSettings) { self.settings = settings }

    private var steps: [Int] { settings.isQuick ? [1, 2] : [1, 2, 4, 8, 12, 16] }

    func measure() async throws -> ScaleSeries {
        var rows: [ScaleRow] = []
        var usual: Double?
        var problem: String?
        for step in steps {
            ProgressLine.show("\(step) \(Self.title)")
            do {
                let loco = LocoSettings(loco: settings.loco, guests: step, bitrate: FloorSettings.videoBitrate)
                let row = try await LocoRun.with(loco) { loco, instances in
                    try await self.row(loco, instances, usual: usual)
                }
                usual = usual ?? row.value("viewer.frames.min")
                rows.append(row)
                if row.saturation != nil { break }
            } catch let error as BenchError {
                // Guests that do not get ready, or viewers that see nothing: there is no row of that size.
                guard !rows.isEmpty else { throw error }
                problem = "\(step) did not come up: \(error.localizedDescription)"
                break
            }
        }
        return series(rows, problem)
    }

    private func row(_ loco: LocoProcess, _ instances: [String], usual: Double?) async throws -> ScaleRow {
        try await Task.sleep(for: .seconds(settings.settleSeconds))
        let idle = try await RoleWindow(loco, seconds: settings.seconds)
        let viewers = try instances.map { try Viewer(of: $0, hub: loco.hub) }
        return try await ViewerGroup.with(viewers) { viewers in
            var joins: [Double] = []
            for viewer in viewers {
                joins.append(try await viewer.join(log: loco.log(of: viewer.instance)).firstFrame)
            }
            try await Task.sleep(for: .seconds(settings.settleSeconds))
            let before = viewers.map(\.meter.counts)
            let start = Runtime.now()
            let watched = try await RoleWindow(loco, seconds: settings.seconds)
            let elapsed = Runtime.now() - start
            let frames = Distribution(
                zip(viewers, before).map { ReceivedRates($0.meter.counts - $1, over: elapsed).framesPerSecond })
            return Self.row(instances.count, idle, watched, Distribution(joins), frames, usual: usual)
        }
    }

    private static func row(
        _ count: Int, _ idle: RoleWindow, _ watched: RoleWindow, _ joins: Distribution, _ frames: Distribution,
        usual: Double?
    ) -> ScaleRow {
        ScaleRow(
            count,
            [
                ScaleFigure("guests", "cpu_unwatched", "%", RoleWindow.total(ofGuests, of: idle.cpu)),
                ScaleFigure("guests", "cpu", "%", RoleWindow.total(ofGuests, of: watched.cpu)),
                ScaleFigure("qemu", "cpu", "%", watched.cpu[.qemu]),
                ScaleFigure("node", "cpu", "%", watched.cpu[.node]),
                ScaleFigure("guests", "rss", "MB", RoleWindow.total(ofGuests, of: watched.residentMB), digits: 0),
                ScaleFigure("guests", "pss", "MB", watched.proportional(ofGuests), digits: 0),
                ScaleFigure("hub", "cpu", "%", watched.cpu[.hub]),
                ScaleFigure("hub", "rss", "MB", watched.residentMB[.hub]),
                ScaleFigure("viewer", "join", "ms", joins.median, statistic: "p50", digits: 0),
                ScaleFigure("viewer", "join", "ms", joins.percentile95, statistic: "p95", digits: 0),
                ScaleFigure("viewer", "frames", "1/s", frames.minimum, statistic: "min"),
                ScaleFigure("bench", "cpu", "%", watched.cpu[.bench]),
                ScaleFigure("machine", "busy", "%", watched.machineBusy, digits: 0),
            ],
            saturation: Saturation.reason(busy: watched.machineBusy, frames: frames.minimum, usual: usual))
    }

    private func series(_ rows: [ScaleRow], _ problem: String?) -> ScaleSeries {
        ScaleSeries(
            part: .guests, title: Self.title, guests: { $0.count }, viewersPerGuest: { _ in 1 }, rows: rows,
            slopes: [
                .init(key: "guests.cpu", name: "each guest with a viewer: CPU", unit: "% of a core", digits: 1),
                .init(key: "guests.cpu_unwatched", name: "each guest unwatched: CPU", unit: "% of a core", digits: 1),
                .init(key: "node.cpu", name: "  of it the node, watched", unit: "% of a core", digits: 1),
                .init(key: "guests.rss", name: "each guest: RSS of all its processes", unit: "MB", digits: 0),
                .init(key: "guests.pss", name: "each guest: memory by share (PSS)", unit: "MB", digits: 0),
                .init(key: "hub.cpu", name: "each guest: hub CPU", unit: "% of a core"),
                .init(key: "hub.rss", name: "each guest: hub RSS", unit: "MB", digits: 2),
            ],
            notes: (problem.map { [$0] } ?? []) + [
                "A guest is its node, QEMU, X server and sound server; demo guests, whose picture always moves."
            ])
    }
}
