import Foundation
import Probe

/// Measures a guest and puts its health report together; what the media side measures is handed in.
public actor GuestHealth {
    /// QEMU's cost is measured over at least this long, however often reports are asked for.
    private static let interval = Duration.seconds(1)
    private static let answerDeadline = Duration.seconds(1)

    private let guest: Guest
    private var sampler = ProcessSampler()
    private var sample: ProcessSample?
    private var sampledAt: ContinuousClock.Instant?

    /// Measures `guest`.
    public init(_ guest: Guest) {
        self.guest = guest
    }

    /// A report of now.
    ///
    /// - Parameters:
    ///   - frames: the capture's meter; nil when there is no capture, which then accuses nobody.
    ///   - sound: the streamed sound's level; nil when it is not measured.
    ///   - audioDevices: the sound server's sinks and sources; nil when not counted.
    ///   - troubledViewers: viewers whose own connection is bad; nil when not known.
    public func report(
        frames: FrameMeter.Reading? = nil, sound: AudioLevelMeter.Reading? = nil, audioDevices: Int? = nil,
        troubledViewers: Int? = nil
    ) async -> HealthReport {
        let services = await guest.services
        let states = Dictionary(services.map { ($0.name, $0.state) }) { $1 }
        measure(pid: services.first { $0.name == "qemu" }?.pid)
        let runState = await runState()
        let isUp = states["qemu"] == .running

        var facts = HealthFacts()
        facts.isStarting = services.allSatisfy { $0.restarts == 0 } && states.values.contains(.starting)
        facts.qemuRunning = isUp
        facts.qmpAnswers = isUp ? runState != nil : nil
        facts.runState = runState
        facts.displayRunning = states["xserver"] == .running
        facts.pulseRunning = states["pulse"] == .running
        facts.lastFrameAge = frames?.lastFrameAge
        facts.troubledViewers = troubledViewers
        facts.qemuCPU = sample?.cpuPercent
        facts.qemuMemory = sample.flatMap { HostMemory.percent(of: $0.residentBytes) }

        var deep = DeepHealth()
        deep.qemuHealthy = isUp && runState == "running"
        deep.video.displayActive = frames.map { $0.lastFrameAge.map { $0 <= HealthVerdict.frameLimit } ?? false }
        deep.video.estimatedFrameRate = frames?.changedFps
        deep.audio.pulseRunning = facts.pulseRunning
        deep.audio.audioDevices = audioDevices
        deep.audio.estimatedLevel = sound?.level
        deep.performance.qemuCPU = facts.qemuCPU
        deep.performance.qemuMemory = facts.qemuMemory
        deep.performance.loadAverage = LoadAverage.read()?.one

        var report = HealthReport(instanceId: guest.directory.id.description, facts: facts, deepHealth: deep)
        report.services = services.map {
            HealthReport.Service(
                name: $0.name, state: $0.state.rawValue, pid: $0.pid, uptime: $0.uptime(), restarts: $0.restarts)
        }
        return report
    }

    private func measure(pid: Int32?) {
        guard let pid else {
            (sample, sampledAt) = (nil, nil)
            return
        }
        if let sampledAt, .now < sampledAt + Self.interval { return }
        sample = sampler.sample(pid: pid)
        sampledAt = .now
    }

    private func runState() async -> String? {
        guard let qmp = guest.qmp else { return nil }
        return try? await qmp.execute("query-status", deadline: Self.answerDeadline)["status"]?.string
    }
}
