import Fleet
import Foundation
import GStreamer
import Logging
import Pipelines
import Probe
import Signaling

/// What viewers watch: the guest's media and their sessions, kept in step with the guest's coming and going.
actor Stage {
    /// The viewers' sessions.
    nonisolated let viewers: Viewers
    /// Where input goes.
    nonisolated let desk: ControlDesk
    /// The guest's id.
    nonisolated let id: InstanceID

    private nonisolated let media: GuestMedia
    private nonisolated let frames = FrameMeter()
    private nonisolated let levels = AudioLevelMeter()
    private let guest: Guest
    private let input: GuestInput
    private let configuration: LocoConfiguration
    private let logger: Logger
    private var sizes: Task<Void, Never>?
    private var qemuSampler = ProcessSampler()
    private let started = ContinuousClock.now

    init(id: InstanceID, guest: Guest, input: GuestInput, configuration: LocoConfiguration, logger: Logger) {
        self.id = id
        self.guest = guest
        self.input = input
        self.configuration = configuration
        self.logger = logger
        media = GuestMedia(settings: MediaSettings(configuration), logger: logger)
        desk = ControlDesk(sink: input)
        viewers = Viewers(
            instance: "\(id)", media: media, desk: desk, ice: ICESettings(configuration),
            limits: SessionLimits(viewers: configuration.maxViewers), logger: logger)
    }

    /// Gets ready for viewers; picture and sound come with the guest.
    func start() async throws {
        await viewers.start()
        let stream = media.subscribeToSizes()
        sizes = Task { [input] in
            for await size in stream { input.resized(width: size.width, height: size.height) }
        }
    }

    /// Ends all sessions and the media.
    func stop() async {
        await viewers.stop()
        await media.stop()
        sizes?.cancel()
        await sizes?.value
    }

    /// Keeps the captures in step with the guest.
    func follow(_ event: GuestEvent) async {
        switch event {
        case .displayReady(let display, _):
            let frames = frames
            let capture = X11Capture(display: display, rate: configuration.video.fps, logger: logger) { time, changed in
                frames.record(at: time, changed: changed)
            }
            do { try await media.show(capture) } catch { logger.error("no picture: \(error)") }
        case .displayLost: try? await media.show(nil)
        case .soundReady(let server):
            let levels = levels
            let audio = AudioCapture(server: server, device: guest.pulseMonitor, logger: logger) { level in
                levels.record(rms: [level.rms], peak: [level.peak], at: Runtime.now())
            }
            do { try await media.hear(audio) } catch { logger.error("no sound: \(error)") }
        case .soundLost: try? await media.hear(nil)
        case .crashed(let record): logger.warning("crashed: \(record)")
        case .service, .qmp: break
        }
    }

    /// The last frame as JPEG.
    func snapshot() async throws -> [UInt8] { try await media.snapshot() }

    /// Measures the guest's health now.
    func health() async -> HealthReport {
        let now = Runtime.now()
        let services = await guest.services
        func running(_ name: String) -> Bool? { services.first { $0.name == name }.map { $0.state == .running } }
        let reading = frames.reading(at: now)
        let sound = levels.reading(at: now)
        let status = await media.status()
        let qemu = services.first { $0.name == "qemu" }
        let sample = qemu?.pid.flatMap { qemuSampler.sample(pid: $0) }

        var facts = HealthFacts()
        facts.isStarting = services.contains { $0.state == .starting }
        facts.qemuRunning = running("qemu")
        facts.displayRunning = running("xserver")
        facts.pulseRunning = running("pulse")
        facts.lastFrameAge = reading.lastFrameAge ?? (ContinuousClock.now - started).inSeconds
        facts.qemuCPU = sample?.cpuPercent
        if let client = guest.qmp {
            let state = try? await client.runState()
            facts.qmpAnswers = state != nil
            facts.runState = state
        }
        facts.qemuMemory = sample.flatMap { HostMemory.percent(of: $0.residentBytes) }

        var deep = DeepHealth()
        deep.qemuHealthy = facts.qemuRunning.map { $0 && facts.qmpAnswers == true }
        deep.video.displayActive = reading.lastFrameAge.map { $0 <= HealthVerdict.frameLimit } ?? false
        deep.video.estimatedFrameRate = deep.video.displayActive == true ? reading.changedFps : nil
        deep.audio.pulseRunning = facts.pulseRunning
        deep.audio.estimatedLevel = sound?.level
        deep.performance.qemuCPU = facts.qemuCPU
        deep.performance.qemuMemory = facts.qemuMemory
        deep.performance.loadAverage = LoadAverage.read()?.one

        var report = HealthReport(instanceId: "\(id)", facts: facts, deepHealth: deep)
        report.services = services.map {
            .init(
                name: $0.name, state: $0.state.rawValue, pid: $0.pid, uptime: $0.uptime(), restarts: $0.restarts)
        }
        report.viewers = await viewers.summaries().count
        report.capture = status.size.map {
            .init(grabbedFps: reading.grabbedFps, width: $0.width, height: $0.height)
        }
        report.encoders = status.encoders.map {
            .init(rendition: $0.rendition, codec: $0.codec, element: $0.element, fps: $0.framesPerSecond, bitrate: $0.bitsPerSecond)
        }
        return report
    }
}
