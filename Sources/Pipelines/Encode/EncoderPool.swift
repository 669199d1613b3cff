import GStreamer
import Logging
import Probe

/// The encoders of one guest: each runs while its stream is watched, and one serves all who watch it.
actor EncoderPool {
    /// How long an encoder outlives its last viewer: a page reload is no reason to stop it.
    static let grace = Duration.seconds(3)

    private let settings: MediaSettings
    private let choice: EncoderChoice
    private let times: StageTimes
    private let logger: Logger
    private let video: RawStream
    private let sound: RawStream
    private let onKeyframeDue: @Sendable (UInt64) -> Void
    private let onFailure: @Sendable (StreamKind) -> Void
    private var encoders: [StreamKind: Running] = [:]

    private final class Running {
        let starting: Task<Encoder, any Error>
        /// Known once somebody has acquired it.
        var encoder: Encoder?
        var watchers = 0
        var stopping: Task<Void, Never>?
        /// kbit/s, and when it was set.
        var bitrate: (value: Int, at: UInt64)
        init(_ starting: Task<Encoder, any Error>, bitrate: Int) {
            self.starting = starting
            self.bitrate = (bitrate, Runtime.now())
        }
    }

    /// - Parameters:
    ///   - video: where encoders of pictures get raw frames.
    ///   - sound: where encoders of sound do.
    ///   - onKeyframeDue: see ``KeyframeDemand``.
    ///   - onFailure: an encoder failed while running and is gone; called on no particular thread.
    init(
        settings: MediaSettings, choice: EncoderChoice, times: StageTimes, video: RawStream, sound: RawStream,
        logger: Logger, onKeyframeDue: @escaping @Sendable (UInt64) -> Void,
        onFailure: @escaping @Sendable (StreamKind) -> Void
    ) {
        self.settings = settings
        self.choice = choice
        self.times = times
        self.video = video
        self.sound = sound
        self.logger = logger
        self.onKeyframeDue = onKeyframeDue
        self.onFailure = onFailure
    }

    /// Whether somebody watches the picture.
    var isVideoWatched: Bool { encoders.contains { $0.key.isVideo && $0.value.watchers > 0 } }

    /// Starts the encoder for a viewer who is about to connect, so that it is warm when the viewer is.
    func warm(_ kind: StreamKind) { _ = running(kind) }

    /// The stream's encoder, running, with one more watcher; to be given back by ``release(_:_:)``.
    ///
    /// - Throws: `GStreamerError` where no implementation starts.
    func acquire(_ kind: StreamKind) async throws -> Encoder {
        let running = running(kind)
        running.watchers += 1
        running.stopping?.cancel()
        running.stopping = nil
        do {
            let encoder = try await running.starting.value
            running.encoder = encoder
            return encoder
        } catch {
            if encoders[kind] === running { encoders[kind] = nil }
            throw error
        }
    }

    /// One watcher less. Nothing where the encoder is gone already: then its successor's watchers are others.
    func release(_ kind: StreamKind, _ encoder: Encoder) {
        guard let running = encoders[kind], running.encoder === encoder else { return }
        running.watchers = max(0, running.watchers - 1)
        if running.watchers == 0 { scheduleStop(of: kind) }
    }

    /// The bitrate that a stream's encoder is set to, in kbit/s, and since when (nanoseconds); nil where none runs.
    func bitrate(of kind: StreamKind) -> (value: Int, at: UInt64)? { encoders[kind]?.bitrate }

    /// Changes the bitrate of a running encoder, in kbit/s.
    func setBitrate(_ bitrate: Int, of kind: StreamKind) async {
        guard let running = encoders[kind], running.bitrate.value != bitrate else { return }
        running.bitrate = (bitrate, Runtime.now())
        if let encoder = try? await running.starting.value { encoder.setBitrate(bitrate) }
    }

    /// What is running now, in order of name.
    func status() async -> [EncoderStatus] {
        var status: [EncoderStatus] = []
        for (kind, running) in encoders.sorted(by: { $0.key.description < $1.key.description }) {
            guard let encoder = try? await running.starting.value else { continue }
            status.append(
                EncoderStatus(kind: kind, encoder: encoder, target: kind.isVideo ? running.bitrate.value : nil))
        }
        return status
    }

    /// Stops all of them.
    func stop() async {
        let ending = encoders
        encoders.removeAll()
        for (kind, running) in ending {
            running.stopping?.cancel()
            if let encoder = try? await running.starting.value { await end(encoder, of: kind) }
        }
    }

    private func running(_ kind: StreamKind) -> Running {
        if let running = encoders[kind] { return running }
        var bitrate = settings.audioBitrate
        if case .video(let rendition, _) = kind { bitrate = rendition.bitrate }
        let running = Running(Task { try await self.start(kind) }, bitrate: bitrate)
        encoders[kind] = running
        scheduleStop(of: kind)
        return running
    }

    private func start(_ kind: StreamKind) async throws -> Encoder {
        guard case .video(let rendition, let codec) = kind else {
            let element =
                kind == .sound
                ? try EncoderSettings.opus(bitrate: settings.audioBitrate)
                : try EncoderSettings.protectedOpus(bitrate: settings.audioBitrate)
            let recipe = Encoder.Recipe(
                name: kind.rendition, element: "opusenc", elements: [element], framesPerSecond: nil, scaler: nil,
                setBitrate: nil)
            return try await start(recipe, as: kind, blaming: nil)
        }
        while true {
            guard let implementation = choice.best(for: codec) else {
                throw GStreamerError.missingElement(
                    factory: codec == .vp8 ? "vp8enc" : "x264enc",
                    package: codec == .vp8 ? "gstreamer1.0-plugins-good" : "gstreamer1.0-plugins-ugly")
            }
            do {
                return try await start(recipe(rendition, implementation), as: kind, blaming: implementation)
            } catch { if !choice.reject(implementation, reason: "\(error)") { throw error } }
        }
    }

    private func recipe(_ rendition: Rendition, _ implementation: VideoEncoder) throws -> Encoder.Recipe {
        let elements = try EncoderSettings.video(
            implementation, bitrate: rendition.bitrate, rate: rendition.framesPerSecond,
            coarsest: rendition.width == nil ? EncoderSettings.legible : EncoderSettings.coarse,
            isSmall: rendition.width.map { $0 <= 640 } ?? false)
        let encoding = elements[0]
        let adjust: @Sendable (Int) -> Void = { [logger] bitrate in
            do throws(GStreamerError) { try EncoderSettings.setBitrate(bitrate, of: encoding, implementation) } catch {
                logger.warning("bitrate unchanged: \(error)")
            }
        }
        let isThinned = rendition.framesPerSecond < settings.full.framesPerSecond
        let scaler = try Scaler(rendition)
        return Encoder.Recipe(
            name: rendition.name + "-" + implementation.rawValue, element: implementation.element, elements: elements,
            framesPerSecond: isThinned ? rendition.framesPerSecond : nil, scaler: scaler,
            setBitrate: adjust)
    }

    private func start(
        _ recipe: Encoder.Recipe, as kind: StreamKind, blaming implementation: VideoEncoder?
    ) async throws -> Encoder {
        // Sound needs no keyframes: every packet stands for itself.
        let (isVideo, due) = (kind.isVideo, onKeyframeDue)
        let encoder = try await Encoder(recipe, times: isVideo ? times : nil, logger: logger) { if isVideo { due($0) } }
        do {
            let identity = ObjectIdentifier(encoder)
            try await encoder.start { [weak self] reason in
                Task { await self?.failed(kind, implementation, identity, reason: reason) }
            }
        } catch {
            await encoder.stop()
            throw error
        }
        (kind.isVideo ? video : sound).add(encoder)
        logger.info("encoder started", metadata: ["stream": "\(kind)", "element": "\(recipe.element)"])
        return encoder
    }

    /// One failure may be told in several messages; the first counts.
    private func failed(
        _ kind: StreamKind, _ implementation: VideoEncoder?, _ identity: ObjectIdentifier, reason: String
    ) async {
        guard let running = encoders[kind], let encoder = try? await running.starting.value,
            ObjectIdentifier(encoder) == identity, encoders[kind] === running
        else { return }
        encoders[kind] = nil
        running.stopping?.cancel()
        if let implementation { choice.reject(implementation, reason: reason) }
        await end(encoder, of: kind)
        onFailure(kind)
    }

    private func scheduleStop(of kind: StreamKind) {
        guard let running = encoders[kind] else { return }
        running.stopping?.cancel()
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
        (kind.isVideo ? video : sound).remove(encoder)
        await encoder.stop()
        logger.info("encoder stopped", metadata: ["stream": "\(kind)"])
    }
}
