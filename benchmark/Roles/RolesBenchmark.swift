import Foundation
import GStreamer

/// One run of `bench roles`.
struct RolesBenchmark: Sendable {
    let settings: RolesSettings

    init(_ settings: RolesSettings) { self.settings = settings }

    /// Measures and prints; whatever happens, Loco and the viewers are gone when it returns.
    func run() async throws {
        try Runtime.start()
        let results = try settings.csv.map { try ResultFile(path: $0) }
        try await LocoRun.with(
            LocoSettings(loco: settings.loco, guests: settings.guests, viewersMax: settings.viewersPerGuest), measure
        ) { report in
            print(report.text)
            try results?.append(report.leading, report.rows)
        }
    }

    private func measure(_ loco: LocoProcess, _ instances: [String]) async throws -> RolesReport {
        try await Task.sleep(for: .seconds(settings.settleSeconds))
        ProgressLine.show("measuring without a viewer, \(settings.seconds) s")
        let idle = try await phase(loco)
        let viewers = try (0..<settings.viewersPerGuest).flatMap { _ in
            try instances.map { try Viewer(of: $0, hub: loco.hub, codec: settings.codec) }
        }
        return try await ViewerGroup.with(viewers) { try await watch(loco, $0, idle: idle) }
    }

    private func watch(_ loco: LocoProcess, _ viewers: [Viewer], idle: PhaseReading) async throws -> RolesReport {
        ProgressLine.show("joining \(viewers.count) viewers, one after another")
        var joins: [JoinTimes] = []
        for viewer in viewers { joins.append(try await viewer.join(log: loco.log(of: viewer.instance))) }
        try await Task.sleep(for: .seconds(settings.settleSeconds))
        ProgressLine.show("measuring with viewers, \(settings.seconds) s")
        let before = viewers.map { (time: Runtime.now(), counts: $0.meter.counts) }
        let watched = try await phase(loco)
        let received = zip(viewers, before).map { viewer, start in
            ReceivedRates(viewer.meter.counts - start.counts, over: Runtime.now() - start.time)
        }
        return RolesReport(
            settings: settings, date: Date(), idle: idle, watched: watched, joins: joins, received: received)
    }

    /// Reads all processes once a second.
    private func phase(_ loco: LocoProcess) async throws -> PhaseReading {
        var recorder = PhaseRecorder(ticksPerSecond: ProcessEntry.ticksPerSecond)
        let load = MachineLoad.now()
        let start = ContinuousClock.now
        for second in 0...settings.seconds {
            try await Task.sleep(until: start + .seconds(second), clock: .continuous)
            recorder.add(try await loco.processes(), at: Runtime.now())
        }
        var usage: [Role: RoleUsage] = [:]
        for role in Role.allCases { usage[role] = recorder.usage(of: role) }
        return PhaseReading(
            usage: usage, machineBusy: load.flatMap { earlier in MachineLoad.now()?.busyPercent(since: earlier) })
    }
}
