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
    /// What is and was recorded.
    nonisolated let recordings: Recordings
    /// The guest's id.
    nonisolated let id: InstanceID
    /// The guest's RFB server.
    nonisolated let vnc: GuestVNC

    private nonisolated let media: GuestMedia
    private nonisolated let capture = CaptureMeter()
    private nonisolated let levels = AudioLevelMeter()
    private nonisolated let black = BlackMeter()
    private nonisolated let soundServer: SoundServerWatch
    private let guest: Guest
    private let input: GuestInput
    private let configuration: LocoConfiguration
    private let logger: Logger
    private var sizes: Task<Void, Never>?
    private let guestHealth: GuestHealth
    private var isCapturing = false
    private var encodeTimes = EncodeTimes()
    private var display: String?
    private var isSoundReady = false
    private var captureStatus = ServiceStatus(name: "media")

    init(
        id: InstanceID, guest: Guest, focus: GuestFocus, input: GuestInput, configuration: LocoConfiguration,
        logger: Logger
    ) {
        self.id = id
        self.guest = guest
        vnc = guest.vnc
        guestHealth = GuestHealth(guest, focus: focus)
        soundServer = SoundServerWatch(guest.pulseServer)
        self.input = input
        self.configuration = configuration
        self.logger = logger
        media = GuestMedia(settings: MediaSettings(configuration), logger: logger)
        desk = ControlDesk(sink: input)
        recordings = Recordings(
            of: media, instance: id, settings: RecordingSettings(configuration, of: id), logger: logger)
        viewers = Viewers(
            instance: "\(id)", media: media, desk: desk, ice: ICESettings(configuration),
            limits: SessionLimits(viewers: configuration.maxViewers), logger: logger)
    }

    /// Gets ready for viewers; picture and sound come with the guest.
    func start() async throws {
        // Before anybody is answered: what the answer offers depends on which encoders work.
        await media.choice.prove()
        await recordings.load()
        await media.showPlaceholder(Notice(title: "The guest is starting"))
        await viewers.start()
        let stream = media.subscribeToSizes()
        sizes = Task { [input] in
            for await size in stream { input.resized(width: size.width, height: size.height) }
        }
    }

    /// Ends the recording, all sessions and the media.
    func stop() async {
        // First, while there is something to close the files with.
        await recordings.stop()
        await viewers.stop()
        await input.stop()
        await media.stop()
        await soundServer.stop()
        sizes?.cancel()
        await sizes?.value
    }

    /// The captures as a service, beside the guest's own.
    var mediaStatus: ServiceStatus { captureStatus }

    /// Keeps the captures in step with the guest. Viewers stay, whatever is lost.
    func follow(_ event: GuestEvent) async {
        switch event {
        case .displayReady(let display, _):
            self.display = display
            await show(display)
        case .displayLost:
            input.lost()
            display = nil
            isCapturing = false
            captured(.stopped)
            try? await media.show(nil)
            await media.showPlaceholder(Notice(title: "No picture", detail: "The guest is starting again"))
        case .soundReady:
            isSoundReady = true
            await hear()
        case .soundLost:
            isSoundReady = false
            await media.hear(nil)
            viewers.heardNothing()
        case .crashed(let crash):
            logger.warning(
                "crashed",
                metadata: [
                    "crashed": "\(crash.service)", "class": "\(crash.crashClass.rawValue)", "pid": "\(crash.pid)",
                    "uptime": "\(crash.uptime)",
                ])
        case .service, .qmp: break
        }
    }

    /// Builds the captures of picture and sound anew, as far as there is something to capture. Viewers stay.
    func rebuild() async {
        captureStatus.restarts += 1
        if let display { await show(display) }
        if isSoundReady { await hear() }
    }

    private func show(_ display: String) async {
        let (meter, times, viewers, black) = (capture, media.times, viewers, black)
        black.reset()
        let source = X11Capture(
            display: display, rate: configuration.video.fps, logger: logger,
            states: { [media] state in
                if let notice = Notice(state) { Task { await media.showPlaceholder(notice) } }
            }
        ) { time, changed, timing in
            meter.record(at: time, changed: changed, timing: timing, times: times)
            if changed { viewers.frameChanged(at: time) }
            if let luma = timing.luma { black.record(meanLuma: luma.mean, maxLuma: luma.max, at: time) }
        }
        isCapturing = true
        captured(.starting)
        do {
            try await media.show(source)
            if self.display == display { captured(.running) }
        } catch {
            captured(.error, "\(error)")
            logger.error("no picture: \(error)")
        }
    }

    private func hear() async {
        let (levels, viewers) = (levels, viewers)
        await media.hear(
            AudioCapture(pipe: guest.soundPipe, logger: logger) { level in
                levels.record(rms: [level.rms], peak: [level.peak], at: MediaLibrary.now())
                viewers.heard(rms: level.rms, peak: level.peak)
            })
    }

    private func captured(_ state: ProcessState, _ error: String? = nil) {
        captureStatus.state = state
        captureStatus.runningSince = state == .running ? Date() : nil
        captureStatus.lastError = error
    }

    /// The last frame as JPEG.
    func snapshot() async throws -> [UInt8] { try await media.snapshot() }

    /// Measures the guest's health now.
    func health() async -> HealthReport {
        let now = MediaLibrary.now()
        async let server = isSoundReady ? soundServer.reading() : nil
        let status = await media.status()
        let watching = await viewers.summaries()
        var reading = MediaReading()
        reading.frames = isCapturing ? capture.frames.reading(at: now) : nil
        reading.black = isCapturing ? black.reading(at: now) : nil
        reading.sound = levels.reading(at: now)
        reading.encodeMilliseconds = encodeTimes.p95(media.times.encode.reading)
        reading.queueDrops = status.encoders.reduce(0) { $0 + Int($1.counters.dropped) }
        reading.troubles = watching.flatMap(\.troubles)
        reading.soundServer = await server
        var report = await guestHealth.report(
            reading, bridge: guest.network.bridge, tap: guest.network.tap)
        report.viewers = watching.count
        report.capture = status.size.map {
            .init(grabbedFps: reading.frames?.grabbedFps, width: $0.width, height: $0.height)
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
    ///
    /// - Parameter health: what the watch over the guest knows.
    func metrics(_ health: HealthFigures) async -> NodeMetrics {
        NodeMetrics(
            instance: "\(id)", stages: media.times.all.map { ($0.name, $0.histogram.reading) },
            captureDelay: capture.delay.reading, frames: capture.frames.reading(at: MediaLibrary.now()),
            gateTime: capture.gateTime, encoders: await media.status().encoders.map(EncoderFigures.init),
            viewers: await viewers.summaries(), sessions: await viewers.counters,
            clickToPixel: viewers.telemetry.clickToPixel.reading, clickQuantiles: viewers.telemetry.clickQuantiles(),
            firstFrame: viewers.telemetry.firstFrame.reading, join: viewers.telemetry.join.reading,
            session: viewers.telemetry.session.reading, failures: viewers.telemetry.failures, health: health,
            process: .now(), liveObjects: MediaLibrary.liveObjects, recordings: await recordings.figures())
    }
}
