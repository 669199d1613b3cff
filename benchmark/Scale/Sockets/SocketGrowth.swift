import GStreamer

/// What signaling sockets cost the hub, up to five thousand.
struct SocketGrowth: Sendable {
    static let title = "signaling sockets, registered and pinging"
    /// Where memory is held against its bar.
    private static let heldAt = 2000
    private let settings: MeasureSettings

    init(_ settings: MeasureSettings) { self.settings = settings }

    private var steps: [Int] {
        settings.isQuick ? [0, 500, Self.heldAt] : [0, 250, 500, 1000, Self.heldAt, 3500, 5000]
    }

    func measure() async throws -> ScaleSeries {
        // Sockets of this side, and some for everything else.
        let own = FileLimit.raise() - 200
        return try await LocoRun.with(LocoSettings(loco: settings.loco)) { loco, _ in
            let hub = try await loco.process(.hub).identity.pid
            let its = (FileLimit.current(of: hub) ?? own) - 200
            let possible = steps.filter { $0 <= min(own, its) }
            let (rows, problem, after) = try await SignalCrowd.with(port: loco.hub.port) { crowd in
                let (rows, problem) = try await grow(crowd, possible, loco, hub: hub)
                await crowd.leave()
                let start = rows.first { $0.count == 0 }?.value("hub.rss")
                return (rows, problem, try await Self.settled(loco, hub: hub, from: start))
            }
            var series = series(rows, after)
            if let problem { series.notes.append(problem) }
            if possible.count < steps.count {
                series.notes.append(
                    "No more than \(min(own, its)): the limit on open files is \(its + 200) at the hub, \(own + 200) here."
                )
            }
            return series
        }
    }

    /// - Returns: the rows, and why a size did not come up.
    private func grow(
        _ crowd: SignalCrowd, _ steps: [Int], _ loco: LocoProcess, hub: Int32
    ) async throws -> (rows: [ScaleRow], problem: String?) {
        var rows: [ScaleRow] = []
        let clock = try ProcessClock(pid: hub)
        for step in steps {
            ProgressLine.show("\(step) \(Self.title)")
            let joins: [Double]
            do { joins = try await crowd.grow(to: step) } catch let error as BenchError {
                // There is no row of that size.
                return (rows, "\(step) did not come up: \(error.localizedDescription)")
            }
            try await Task.sleep(for: .seconds(settings.settleSeconds))
            let (load, before) = (MachineLoad.now(), crowd.counts.reading)
            // Long enough for every socket to ping.
            let cpu = try await clock.percent(over: .seconds(max(settings.seconds, settings.isQuick ? 5 : 10)))
            let busy = load.flatMap { MachineLoad.now()?.busyPercent(since: $0) }
            let (held, since) = (try ProcessFootprint(pid: hub), crowd.counts.reading - before)
            let times = Distribution(joins)
            rows.append(
                ScaleRow(
                    step,
                    [
                        ScaleFigure("hub", "cpu", "%", cpu),
                        ScaleFigure("hub", "rss", "MB", held.residentMB),
                        ScaleFigure("hub", "threads", "", Double(held.threads), digits: 0),
                        ScaleFigure("hub", "open_files", "", Double(held.openFiles), digits: 0),
                        ScaleFigure("socket", "join", "ms", times.median, statistic: "p50"),
                        ScaleFigure("socket", "join", "ms", times.percentile95, statistic: "p95"),
                        ScaleFigure("socket", "pongs", "", Double(since.pongs), digits: 0),
                        ScaleFigure("socket", "closed_by_hub", "", Double(crowd.counts.reading.closed), digits: 0),
                        ScaleFigure("machine", "busy", "%", busy, digits: 0),
                    ], saturation: Saturation.reason(busy: busy)))
            if rows.last?.saturation != nil { break }
        }
        return (rows, nil)
    }

    /// What the hub holds once the sockets are gone: as soon as it counts none and has given back what they held, at most
    /// 30 s later.
    ///
    /// - Parameter start: its resident memory before them, in MB.
    private static func settled(
        _ loco: LocoProcess, hub: Int32, from start: Double?
    ) async throws -> (ProcessFootprint, sockets: Double?) {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            try await Task.sleep(for: .milliseconds(500))
            let open = NodeMetrics(text: try await loco.hub.text("/metrics")).total("loco_signal_clients")
            let held = try ProcessFootprint(pid: hub)
            let isBack = open == 0 && held.residentMB <= (start ?? 0) * 1.1
            if isBack || ContinuousClock.now >= deadline { return (held, open) }
        }
    }

    private func series(_ rows: [ScaleRow], _ after: (ProcessFootprint, sockets: Double?)) -> ScaleSeries {
        let held = rows.first { $0.count == Self.heldAt }
        let none = rows.first { $0.count == 0 }
        return ScaleSeries(
            part: .sockets, title: Self.title, guests: { _ in 1 }, viewersPerGuest: { _ in 0 }, rows: rows,
            slopes: [
                .init(
                    key: "hub.rss", name: "each signaling socket: hub memory", unit: "kB", factor: 1000, digits: 1),
                .init(
                    key: "hub.cpu", name: "1000 signaling sockets: hub CPU", unit: "% of a core", factor: 1000,
                    digits: 2),
            ],
            others: [
                Measure(
                    "\(Self.heldAt) signaling sockets: hub RSS", "hub_rss_2000_sockets", "MB", held?.value("hub.rss"),
                    bar: .value(atMost: 300),
                    note: held == nil
                        ? "so many could not be opened"
                        : "with none it is "
                            + "\(Figure.text(none?.value("hub.rss"))) MB", digits: 1),
                Measure(
                    "  the hub closed of all", "hub_closed_sockets", "", rows.last?.value("socket.closed_by_hub"),
                    bar: .value(atMost: 0), digits: 0),
                Measure(
                    "  left after they went", "hub_sockets_left", "", after.sockets, bar: .value(atMost: 0), digits: 0),
                Measure(
                    "  hub RSS after they went", "hub_rss_after_sockets", "MB", after.0.residentMB,
                    floor: none?.value("hub.rss"), note: "floor: before the first", digits: 1),
                Measure(
                    "  open files after they went", "hub_files_after_sockets", "", Double(after.0.openFiles),
                    floor: none?.value("hub.open_files"),
                    bar: none == nil ? nil : .ratio(atMost: 1.1), digits: 0),
            ],
            notes: [
                "Each pings every 10 s as the page does. Joins: connection, upgrade and registration, 16 at a time."
            ])
    }
}
