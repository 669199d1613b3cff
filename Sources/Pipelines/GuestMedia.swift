import GStreamer
import Logging

/// One guest's media: captures once, encodes once per codec while somebody watches, and hands the streams out.
public actor GuestMedia {
    /// What is running now, for health and metrics.
    public struct Status: Sendable {
        /// The picture's size; nil before the first frame.
        public var size: FrameSize?
        /// Encoders running, by name such as `full/h264`, with what they delivered.
        public var encoders: [String: Broadcaster.Counters]
        /// Viewers by encoder name.
        public var viewers: [String: Int]
    }

    /// How often the screen is looked at while nobody watches, for health only.
    static let idleRate = 2
    /// How long an encoder outlives its last viewer: a page reload is no reason to stop it.
    static let grace = Duration.seconds(3)

    /// The picture's size whenever it changes.
    public nonisolated let sizes: AsyncStream<FrameSize>

    private let settings: MediaSettings
    private let capture: any ScreenCapture
    private let audio: AudioCapture?
    private let logger: Logger
    private let video = RawStream(keepsLast: true)
    private let sound = RawStream(keepsLast: false)
    private let sizeContinuation: AsyncStream<FrameSize>.Continuation
    private var size: FrameSize?
    private var encoders: [StreamKind: Running] = [:]
    private var stopped = false

    private final class Running {
        let starting: Task<Encoder, any Error>
        var watchers = 0
        var stopping: Task<Void, Never>?
        init(_ starting: Task<Encoder, any Error>) { self.starting = starting }
    }

    /// - Parameters:
    ///   - audio: nil for a guest without sound.
    public init(settings: MediaSettings, capture: any ScreenCapture, audio: AudioCapture?, logger: Logger) {
        self.settings = settings
        self.capture = capture
        self.audio = audio
        self.logger = logger
        (sizes, sizeContinuation) = AsyncStream.makeStream(of: FrameSize.self, bufferingPolicy: .bufferingNewest(4))
    }

    /// The codecs this node can encode, in the configured order.
    public nonisolated var codecs: [VideoCodec] { settings.codecs.filter { VideoEncoder.best(for: $0) != nil } }

    /// Starts capturing picture and sound.
    ///
    /// - Throws: `GStreamerError.missingElement`, `CaptureError`.
    public func start() async throws {
        let video = video
        await capture.setRate(Self.idleRate)
        try await capture.start(frames: { video.publish($0) }, sizes: { [weak self] size in
            Task { await self?.resized(size) }
        })
        let sound = sound
        try await audio?.start { sound.publish($0) }
    }

    /// Stops everything; viewers' feeds go silent.
    public func stop() async {
        stopped = true
        await audio?.stop()
        await capture.stop()
        for (kind, running) in encoders {
            running.stopping?.cancel()
            if let encoder = try? await running.starting.value { await end(encoder, of: kind) }
        }
        encoders.removeAll()
        sizeContinuation.finish()
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
        var status = Status(size: size, encoders: [:], viewers: [:])
        for (kind, running) in encoders {
            guard let encoder = try? await running.starting.value else { continue }
            status.encoders[kind.description] = encoder.broadcaster.counters
            status.viewers[kind.description] = encoder.broadcaster.viewerCount
        }
        return status
    }

    private func resized(_ size: FrameSize) {
        self.size = size
        sizeContinuation.yield(size)
    }

    private func running(_ kind: StreamKind) -> Running {
        if let running = encoders[kind] { return running }
        let running = Running(Task { try await self.startEncoder(kind) })
        encoders[kind] = running
        scheduleStop(of: kind)
        return running
    }

    private func startEncoder(_ kind: StreamKind) async throws -> Encoder {
        let encoder: Encoder
        let stream: RawStream
        let capture = capture
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
                name: "\(rendition.name)-\(implementation.rawValue)", elements: elements,
                queueLimit: UInt64(max(4, settings.framesPerSecond / 2)), logger: logger,
                onKeyframeDue: { capture.passFrame(at: $0) })
            stream = video
        case .sound:
            encoder = try await Encoder(
                name: "opus", elements: [EncoderSettings.opus(bitrate: settings.audioBitrate)], queueLimit: 20,
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
        guard let running = encoders.removeValue(forKey: kind), let encoder = try? await running.starting.value else { return }
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

    private func adjustRate() async {
        let watched = encoders.contains { if case .video = $0.key { $0.value.watchers > 0 } else { false } }
        await capture.setRate(watched ? settings.framesPerSecond : Self.idleRate)
    }
}
