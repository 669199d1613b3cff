import GStreamer

/// Nine guests side by side, each with one viewer of its small picture.
struct TileViewers: Sendable {
    private static let guests = 9
    private static let rendition = "tile"
    /// The small picture's default rate, `video.tileFps`.
    private static let target = 15.0
    private let settings: MeasureSettings

    init(_ settings: MeasureSettings) { self.settings = settings }

    func measure() async throws -> [Measure] {
        let loco = LocoSettings(loco: settings.loco, guests: Self.guests)
        return try await LocoRun.with(loco) { loco, instances in
            do { return try await watch(loco, instances) } catch let error as BenchError {
                // Without small pictures the other figures still count.
                guard case .noRendition = error else { throw error }
                return [Self.measure(nil, note: error.localizedDescription)]
            }
        }
    }

    private func watch(_ loco: LocoProcess, _ instances: [String]) async throws -> [Measure] {
        let viewers = try instances.map { try Viewer(of: $0, hub: loco.hub, rendition: Self.rendition) }
        return try await ViewerGroup.with(viewers) { viewers in
            for viewer in viewers {
                do { try await viewer.join(log: loco.log(of: viewer.instance)) } catch BenchError.refused(_, 400, _) {
                    throw BenchError.noRendition(Self.rendition, got: nil)
                }
                let sent = try await viewer.message("hello")?.rendition
                guard sent == Self.rendition else { throw BenchError.noRendition(Self.rendition, got: sent) }
            }
            try await Task.sleep(for: .seconds(settings.settleSeconds))
            ProgressLine.show("\(Self.guests) guests with a viewer of the small picture each")
            let load = MachineLoad.now()
            let starts = viewers.map { (time: Runtime.now(), counts: $0.meter.counts) }
            let nodes = try await loco.processes().filter { $0.role == .node }
            let clocks = try nodes.map { try ProcessClock(pid: $0.entry.identity.pid) }
            let before = try clocks.map { try $0.nanoseconds() }
            let began = Runtime.now()
            try await Task.sleep(for: .seconds(max(10, settings.seconds)))
            let spent = try zip(clocks, before).map { Double(try $0.nanoseconds() - $1) }.reduce(0, +)
            let cpu = spent / Double(Runtime.now() - began) * 100 / Double(max(1, clocks.count))
            let rates = zip(viewers, starts).map { viewer, start in
                ReceivedRates(viewer.meter.counts - start.counts, over: Runtime.now() - start.time).framesPerSecond
            }
            let busy = load.flatMap { earlier in MachineLoad.now()?.busyPercent(since: earlier) }
            let all = Distribution(rates)
            return [
                Self.measure(
                    all.minimum,
                    note: "median \(Figure.text(all.median)), best \(Figure.text(all.maximum)); the cores were "
                        + "\(Figure.text(busy, 0)) % busy; floor: the target"),
                Measure("  node CPU, each", "tiles_node_cpu", "% of a core", cpu),
            ]
        }
    }

    private static func measure(_ worst: Double?, note: String) -> Measure {
        Measure(
            "\(guests) guests x 1 tile viewer: worst rate", "tiles_worst_rate", "1/s", worst, floor: target,
            bar: .ratio(atLeast: 0.95), note: note)
    }
}
