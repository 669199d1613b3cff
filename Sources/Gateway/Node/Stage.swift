import Fleet
import Foundation
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
    private nonisolated let capture = CaptureMeter()
    private nonisolated let levels = AudioLevelMeter()
    private let guest: Guest
    private let input: GuestInput
    private let configuration: LocoConfiguration
    private let logger: Logger
    private var sizes: Task<Void, Never>?
    private let guestHealth: GuestHealth
    private var isCapturing = false
    private var drops = DropLedger()

    init(id: InstanceID, guest: Guest, input: GuestInput, configuration: LocoConfiguration, logger: Logger) {
        self.id = id
        self.guest = guest
        guestHealth = GuestHealth(guest)
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
        // Before anybody is answered: what the answer offers depends on which encoders work.
        await media.choice.prove()
        await media.showPlaceholder(Notice(title: "The guest is starting"))
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
            let (meter, times, viewers) = (capture, media.times, viewers)
            let source = X11Capture(
                display: display, rate: configuration.video.fps, logger: logger,
                states: { [media] state in
                    if let notice = Notice(state) { Task { await media.showPlaceholder(notice) } }
                }
            ) { time, changed, timing in
                meter.record(at: time, changed: changed, timing: timing, times: times)
                if changed { viewers.frameChanged(at: time) }
            }
            isCapturing = true
            do { try await media.show(source) } catch { logger.error("no picture: \(error)") }
        case .displayLost:
            isCapturing = false
            try? await media.show(nil)
            await media.showPlaceholder(Notice(title: "No picture", detail: "The guest is starting again"))
        case .soundReady:
            let levels = levels
            let audio = AudioCapture(pipe: guest.soundPipe, logger: logger) { level in
                levels.record(rms: [level.rms], peak: [level.peak], at: MediaLibrary.now())
            }
            await media.hear(audio)
        case .soundLost: await media.hear(nil)
        case .crashed(let record): logger.warning("crashed: \(record)")
        case .service, .qmp: break
        }
    }

    /// The last frame as JPEG.
    func snapshot() async throws -> [UInt8] { try await media.snapshot() }

    /// Measures the guest's health now.
    func health() async -> HealthReport {
        let now = MediaLibrary.now()
        let reading = capture.frames.reading(at: now)
        let status = await media.status()
        var report = await guestHealth.report(frames: isCapturing ? reading : nil, sound: levels.reading(at: now))
        report.viewers = await viewers.summaries().count
        report.capture = status.size.map {
            .init(grabbedFps: reading.grabbedFps, width: $0.width, height: $0.height)
        }
        report.encoders = status.encoders.map {
            .init(
                rendition: $0.rendition, codec: $0.codec, element: $0.element, fps: $0.framesPerSecond,
                bitrate: $0.bitsPerSecond)
        }
        report.encoderChoices = media.settings.codecs.map { codec in
            .init(
                codec: codec.rawValue, element: media.choice.best(for: codec)?.element,
                passedOver: media.choice.passedOver(for: codec).map { .init(element: $0.element, reason: $0.reason) })
        }
        return report
    }

    /// Everything that is measured, now.
    func metrics() async -> NodeMetrics {
        let summaries = await viewers.summaries()
        drops.note(summaries)
        return NodeMetrics(
            instance: "\(id)", stages: media.times.all.map { ($0.name, $0.histogram.reading) },
            captureDelay: capture.delay.reading, frames: capture.frames.reading(at: MediaLibrary.now()),
            gateTime: capture.gateTime, encoders: await media.status().encoders.map(EncoderFigures.init),
            dropped: drops.totals, viewers: summaries, sessions: await viewers.counters,
            clickToPixel: viewers.telemetry.clickToPixel.reading, clickQuantiles: viewers.telemetry.clickQuantiles(),
            firstFrame: viewers.telemetry.firstFrame.reading, process: .now(), liveObjects: MediaLibrary.liveObjects)
    }
}
