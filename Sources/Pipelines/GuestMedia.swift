import GStreamer
import Logging

/// One guest's media: captures once, encodes once per codec while somebody watches, and hands the streams out.
public actor GuestMedia {
    /// What is running now, for health and metrics.
    public struct Status: Sendable {
        /// The picture's size; nil while there is no picture.
        public var size: FrameSize?
        /// The encoders that run, in order of name.
        public var encoders: [EncoderStatus]
    }

    /// How often the screen is looked at while nobody watches, for health only.
    static let idleRate = 2
    /// How long an encoder outlives its last viewer: a page reload is no reason to stop it.
    static let grace = Duration.seconds(3)

    private let settings: MediaSettings
    private let logger: Logger
    private let video = RawStream(keepsLast: true)
    private let sound = RawStream(keepsLast: false)
    private let keyframes = CaptureSlot()
    private nonisolated let sizes = SizeFanout()
    private var capture: (any ScreenCapture)?
    private var audio: AudioCapture?
    private var size: FrameSize?
    private var encoders: [StreamKind: Running] = [:]
    private var stopped = false

    private final class Running {
        let starting: Task<Encoder, any Error>
        var watchers = 0
        var stopping: Task<Void, Never>?
        init(_ starting: Task<Encoder, any Error>) { self.starting = starting }
    }

    /// Media without a picture and a sound yet; see ``show(_:)`` and ``hear(_:)``.
    public init(settings: MediaSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// The codecs this node can encode, in the configured order.
    public nonisolated var codecs: [VideoCodec] { settings.codecs.filter { VideoEncoder.best(for: $0) != nil } }

    /// The picture's size now and whenever it changes; every call is a reader of its own.
    public nonisolated func subscribeToSizes() -> AsyncStream<FrameSize> { sizes.subscribe() }

    /// Takes the picture from another source, or from none. Viewers stay; they see the new picture as it comes.
    ///
    /// - Throws: `GStreamerError.missingElement`, `CaptureError`.
    public func show(_ source: (any ScreenCapture)?) async throws {
        let old = capture
        capture = source
        keyframes.set(source)
        await old?.stop()
        if source == nil { size = nil }
        guard let source, !stopped else { return }
        await source.setRate(rate)
        let video = video
        try await source.start(
            frames: { video.publish($0) },
            sizes: { [weak self] size in
                Task { await self?.resized(size) }
            })
    }

    /// Takes the sound from another source, or from none.
    ///
    /// - Throws: `GStreamerError.missingElement`.
    public func hear(_ source: AudioCapture?) async throws {
        let old = audio
        audio = source
        await old?.stop()
        guard let source, !stopped else { return }
        let sound = sound
        try await source.start { sound.publish($0) }
    }

    /// Stops everything; viewers' feeds go silent.
    public func stop() async {
        stopped = true
        await audio?.stop()
        await capture?.stop()
        keyframes.set(nil)
        for (kind, running) in encoders {
            running.stopping?.cancel()
            if let encoder = try? await running.starting.value { await end(encoder, of: kind) }
        }
        encoders.removeAll()
        sizes.finish()
    }

    /// Starts delivering a stream to a viewer's source, starting the encoder if nobody watched before.
    ///
    /// - Returns: the feed, to be ended with ``MediaFeed/end()``.
    /// - Throws: `GStreamerError` where the encoder does not start.
    public func feed(_ kind: StreamKind, to source: AppSrc) async throws -> MediaFeed {
        let running = running(kind)
        running.watchers += 1
        running.stopping?.cancel()
        running.stopping = nil
        await adjustRate()
        do {
            let encoder = try await running.starting.value
            let id = encoder.broadcaster.add(source)
            if case .video = kind { showAtOnce(encoder) }
            return MediaFeed(
                requestKeyframe: { encoder.requestKeyframe() },
                end: { [weak self] in
                    encoder.broadcaster.remove(id)
                    await self?.unwatch(kind)
                })
        } catch {
            encoders[kind] = nil
            throw error
        }
    }

    /// Starts the encoder for a viewer who is about to connect, so that it is warm when the viewer is.
    public func warm(_ kind: StreamKind) { _ = running(kind) }

    /// The last frame as a JPEG picture. No video encoder is started.
    ///
    /// - Throws: `CaptureError.noFrame` before the first frame.
    public func snapshot() async throws -> [UInt8] {
        guard let sample = video.last() else { throw CaptureError.noFrame }
        return try await Snapshot.jpeg(of: sample)
    }

    /// What is running now.
    public func status() async -> Status {
        var status = Status(size: size, encoders: [])
        for (kind, running) in encoders.sorted(by: { $0.key.description < $1.key.description }) {
            guard let encoder = try? await running.starting.value else { continue }
            status.encoders.append(EncoderStatus(kind: kind, element: encoder.element, delivered: encoder.broadcaster))
        }
        return status
    }

    private func resized(_ size: FrameSize) {
        self.size = size
        sizes.send(size)
    }

    private func running(_ kind: StreamKind) -> Running {
        if let running = encoders[kind] { return running }
        let running = Running(Task { try await self.startEncoder(kind) })
        encoders[kind] = running
        scheduleStop(of: kind)
        return running
    }

    /// Gives a joiner the last frame again, as a keyframe: on a still screen, or while the capture idles, the next one
    /// may be half a second away. While frames flow the next one is nearer than this would be.
    private func showAtOnce(_ encoder: Encoder) {
        let now = Runtime.now()
        guard let last = video.last(), let stamp = last.timestamp, now > stamp + 50_000_000 else { return }
        encoder.feed(last.restamped(at: now))
    }

    private func startEncoder(_ kind: StreamKind) async throws -> Encoder {
        let encoder: Encoder
        let stream: RawStream
        switch kind {
        case .video(let rendition, let codec):
            guard let implementation = VideoEncoder.best(for: codec) else {
                throw GStreamerError.missingElement(
                    factory: codec == .vp8 ? "vp8enc" : "x264enc",
                    package: codec == .vp8 ? "gstreamer1.0-plugins-good" : "gstreamer1.0-plugins-ugly")
            }
            let elements = try EncoderSettings.video(
                implementation, bitrate: settings.videoBitrate, rate: settings.framesPerSecond)
            // Half a second of frames: a viewer further behind is better served by a keyframe.
            encoder = try await Encoder(
                name: "\(rendition.name)-\(implementation.rawValue)", element: implementation.elements[0],
                elements: elements,
                queueLimit: UInt64(max(4, settings.framesPerSecond / 2)), logger: logger,
                onKeyframeDue: { [keyframes] in keyframes.passFrame(at: $0) })
            stream = video
        case .sound:
            encoder = try await Encoder(
                name: "opus", element: "opusenc", elements: [EncoderSettings.opus(bitrate: settings.audioBitrate)],
                queueLimit: 20,
                logger: logger, onKeyframeDue: { _ in })
            stream = sound
        }
        try await encoder.start { [weak self] _ in Task { await self?.replace(kind) } }
        stream.add(encoder)
        logger.info("encoder started", metadata: ["stream": "\(kind)"])
        return encoder
    }

    /// An encoder failed while running: the next viewer gets a fresh one.
    private func replace(_ kind: StreamKind) async {
        guard let running = encoders.removeValue(forKey: kind), let encoder = try? await running.starting.value else {
            return
        }
        await end(encoder, of: kind)
    }

    private func unwatch(_ kind: StreamKind) async {
        guard let running = encoders[kind] else { return }
        running.watchers = max(0, running.watchers - 1)
        if running.watchers == 0 { scheduleStop(of: kind) }
        await adjustRate()
    }

    private func scheduleStop(of kind: StreamKind) {
        guard let running = encoders[kind] else { return }
        running.stopping = Task { [weak self] in
            try? await Task.sleep(for: Self.grace)
            if !Task.isCancelled { await self?.stopIfUnwatched(kind) }
        }
    }

    private func stopIfUnwatched(_ kind: StreamKind) async {
        guard let running = encoders[kind], running.watchers == 0 else { return }
        encoders[kind] = nil
        if let encoder = try? await running.starting.value { await end(encoder, of: kind) }
    }

    private func end(_ encoder: Encoder, of kind: StreamKind) async {
        video.remove(encoder)
        sound.remove(encoder)
        await encoder.stop()
        logger.info("encoder stopped", metadata: ["stream": "\(kind)"])
    }

    private var rate: Int {
        let watched = encoders.contains { if case .video = $0.key { $0.value.watchers > 0 } else { false } }
        return watched ? settings.framesPerSecond : Self.idleRate
    }

    private func adjustRate() async { await capture?.setRate(rate) }
}
