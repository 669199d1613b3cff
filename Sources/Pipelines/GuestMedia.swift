import GStreamer
import Logging
import Probe

/// One guest's media: captures once, encodes once per rendition and codec while somebody watches, and hands the streams
/// out.
public actor GuestMedia {
    /// What is running now, for health and metrics.
    public struct Status: Sendable {
        /// The picture's size; nil while there is no picture.
        public var size: FrameSize?
        /// What viewers read instead of seeing the guest; nil while they see it.
        public var notice: Notice?
        /// The encoders that run, in order of name.
        public var encoders: [EncoderStatus]
    }

    /// How often the screen is looked at while nobody watches, for health only.
    static let idleRate = 2

    /// What the operator configured.
    public nonisolated let settings: MediaSettings
    /// Which implementations encode.
    public nonisolated let choice: EncoderChoice
    /// How long frames take, stage by stage.
    public nonisolated let times = StageTimes()
    private nonisolated let sizes = SizeFanout()
    private let logger: Logger
    private let video = RawStream(keepsLast: true)
    private let sound = RawStream(keepsLast: false)
    private let keyframes = CaptureSlot()
    private let failures: AsyncStream<StreamKind>
    private let pool: EncoderPool
    private let placeholder: Placeholder
    private var reviving: Task<Void, Never>?
    private var capture: (any ScreenCapture)?
    private var audio: AudioCapture?
    private var size: FrameSize?
    private var subscriptions: [ObjectIdentifier: Subscription] = [:]
    private var stopped = false

    private struct Subscription {
        let outlet: Outlet
        /// What feeds the outlet.
        var current: (kind: StreamKind, encoder: Encoder)
        /// What will feed it from its next keyframe on.
        var next: (kind: StreamKind, encoder: Encoder)?
        /// What its path carries, in bits per second; nil while not known.
        var estimate: Int?
    }

    /// Media without a picture and a sound yet; see ``show(_:)`` and ``hear(_:)``.
    public init(settings: MediaSettings, logger: Logger) {
        self.init(settings: settings, choice: EncoderChoice(logger: logger), logger: logger)
    }

    init(settings: MediaSettings, choice: EncoderChoice, logger: Logger) {
        self.settings = settings
        self.choice = choice
        self.logger = logger
        let (stream, continuation) = AsyncStream.makeStream(of: StreamKind.self, bufferingPolicy: .bufferingNewest(16))
        failures = stream
        let pool = EncoderPool(
            settings: settings, choice: choice, times: times, video: video, sound: sound, logger: logger,
            onKeyframeDue: { [keyframes] in keyframes.passFrame(at: $0) }, onFailure: { continuation.yield($0) })
        self.pool = pool
        placeholder = Placeholder(
            video: video, framesPerSecond: settings.full.framesPerSecond, logger: logger,
            isWatched: { await pool.isVideoWatched })
    }

    /// The codecs this node can encode, in the configured order.
    public nonisolated var codecs: [VideoCodec] { settings.codecs.filter { choice.best(for: $0) != nil } }

    /// The picture's size now and whenever it changes; every call is a reader of its own.
    public nonisolated func subscribeToSizes() -> AsyncStream<FrameSize> { sizes.subscribe() }

    /// Takes the picture from another source, or from none. Viewers stay; they see the new picture as it comes, from a
    /// keyframe on, and until then the old one's last frame or a placeholder.
    ///
    /// - Throws: `GStreamerError.missingElement`, `CaptureError`.
    public func show(_ source: (any ScreenCapture)?) async throws {
        let old = capture
        capture = source
        keyframes.set(source)
        let curtain = placeholder.curtain
        let turn = curtain.change()
        await old?.stop()
        // Another source may have taken its turn meanwhile.
        guard curtain.isTurn(of: turn), !stopped else { return }
        if source == nil { size = nil }
        guard let source else { return }
        await source.setRate(await rate)
        try await source.start(
            frames: { [placeholder, times] in placeholder.giveWay(to: $0, of: turn, times) },
            sizes: { [weak self] size in
                Task { await self?.resized(size) }
            })
        if !curtain.isTurn(of: turn) { await source.stop() }
    }

    /// Shows what happens over the guest's last frame, dimmed, until its next one. Viewers stay connected; whoever joins
    /// meanwhile sees it at once, and so does a snapshot. A source that is known to have ended is taken away by `show(nil)`
    /// before: a late frame of its own would end the notice.
    public func showPlaceholder(_ notice: Notice) async { if !stopped { await placeholder.show(notice) } }

    /// Captures the same source anew, after it ended or where it does not deliver any more.
    ///
    /// - Throws: `CaptureError.noSource` where there is none, and what ``show(_:)`` throws.
    public func rebuildCapture() async throws {
        guard let renewed = capture?.renewed() else { throw CaptureError.noSource }
        try await show(renewed)
    }

    /// Takes the sound from another source, or from none.
    public func hear(_ source: AudioCapture?) async {
        let old = audio
        audio = source
        await old?.stop()
        guard let source, !stopped else { return }
        let sound = sound
        await source.start(isHeard: { sound.isEncoded }) { sound.publish($0) }
    }

    /// Stops everything; viewers' outlets go silent.
    public func stop() async {
        stopped = true
        reviving?.cancel()
        await reviving?.value
        await audio?.stop()
        await capture?.stop()
        await placeholder.stop()
        keyframes.set(nil)
        subscriptions.removeAll()
        await pool.stop()
        sizes.finish()
    }

    /// Starts the encoder for a viewer who is about to connect, so that it is warm when the viewer is.
    public func warm(_ kind: StreamKind) async { await pool.warm(kind) }

    /// Sends a stream to a viewer's outlet. One that is fed already changes over with the stream's first keyframe and
    /// is told then; see ``Outlet``.
    ///
    /// - Throws: `GStreamerError` where the encoder does not start.
    public func feed(_ kind: StreamKind, to outlet: Outlet) async throws {
        watchFailures()
        let id = ObjectIdentifier(outlet)
        let isChange = subscriptions[id] != nil
        if let held = subscriptions[id] {
            if held.next?.kind == kind { return }
            await abandonNext(of: id)
            if subscriptions[id]?.current.kind == kind { return }
        }
        let encoder = try await pool.acquire(kind)
        await adjustRate()
        // Somebody was quicker while the encoder started: the newest wish counts.
        while subscriptions[id]?.next != nil { await abandonNext(of: id) }
        // From here on nothing waits: what is noted and what is fed agree.
        if let held = subscriptions[id] {
            if held.current.kind == kind { return await pool.release(kind, encoder) }
            subscriptions[id]?.next = (kind, encoder)
        } else if isChange {
            // The viewer left meanwhile.
            await pool.release(kind, encoder)
            return await adjustRate()
        } else {
            subscriptions[id] = Subscription(outlet: outlet, current: (kind, encoder))
        }
        encoder.broadcaster.add(outlet)
        if kind.isVideo { showAtOnce(encoder) }
    }

    /// Lets go of what an outlet changed from; to be called after its `onSwitch`.
    public func settle(_ outlet: Outlet) async {
        let id = ObjectIdentifier(outlet)
        guard let held = subscriptions[id], let next = held.next, outlet.isFed(by: next.encoder.broadcaster) else {
            return
        }
        subscriptions[id]?.current = next
        subscriptions[id]?.next = nil
        await give(back: held.current, of: outlet)
    }

    /// Ends a viewer's stream.
    public func end(_ outlet: Outlet) async {
        guard let held = subscriptions.removeValue(forKey: ObjectIdentifier(outlet)) else { return }
        if let next = held.next { await give(back: next, of: outlet) }
        await give(back: held.current, of: outlet)
        await adjustRate()
    }

    /// The stream that feeds an outlet now; nil for none.
    public func stream(of outlet: Outlet) -> StreamKind? { subscriptions[ObjectIdentifier(outlet)]?.current.kind }

    /// Notes what a viewer's path carries, in bits per second.
    public func note(estimate: Int, of outlet: Outlet) { subscriptions[ObjectIdentifier(outlet)]?.estimate = estimate }

    /// What the paths of all viewers of a stream carry, in bits per second, as far as it is known, and the encoder's
    /// bitrate in kbit/s with the time (nanoseconds) since when it is so; nil where no encoder runs.
    ///
    /// - Parameter outlet: left out of the estimates.
    public func load(
        of kind: StreamKind, without outlet: Outlet? = nil
    ) async -> (bitrate: Int, since: UInt64, estimates: [Int?])? {
        guard let bitrate = await pool.bitrate(of: kind) else { return nil }
        let watching = subscriptions.values.filter { $0.current.kind == kind && $0.outlet !== outlet }
        return (bitrate.value, bitrate.at, watching.map(\.estimate))
    }

    /// Changes the bitrate of a stream's encoder, in kbit/s.
    public func setBitrate(_ bitrate: Int, of kind: StreamKind) async { await pool.setBitrate(bitrate, of: kind) }

    /// The last frame as a JPEG picture. No video encoder is started.
    ///
    /// - Throws: `CaptureError.noFrame` before the first frame.
    public func snapshot() async throws -> [UInt8] {
        guard let sample = video.last() else { throw CaptureError.noFrame }
        return try await Snapshot.jpeg(of: sample)
    }

    /// What is running now.
    public func status() async -> Status {
        Status(size: size, notice: await placeholder.notice, encoders: await pool.status())
    }

    private func resized(_ size: FrameSize) {
        self.size = size
        sizes.send(size)
    }

    private func abandonNext(of id: ObjectIdentifier) async {
        guard let held = subscriptions[id], let next = held.next else { return }
        // Taken over in this moment: then it is the current one, and `settle` is on its way.
        guard held.outlet.forgetNext(next.encoder.broadcaster) else { return await settle(held.outlet) }
        subscriptions[id]?.next = nil
        await give(back: next, of: held.outlet)
    }

    private func give(back stream: (kind: StreamKind, encoder: Encoder), of outlet: Outlet) async {
        stream.encoder.broadcaster.remove(outlet)
        await pool.release(stream.kind, stream.encoder)
    }

    /// Gives a joiner the last frame again, as a keyframe: on a still screen, or while the capture idles, the next one
    /// may be half a second away. While frames flow the next one is nearer than this would be.
    private func showAtOnce(_ encoder: Encoder) {
        let now = Runtime.now()
        guard let last = video.last(), let stamp = last.timestamp else { return }
        guard now > stamp + 50_000_000 || placeholder.curtain.isDown else { return }
        encoder.feed(last.restamped(at: now))
    }

    private func watchFailures() {
        guard reviving == nil else { return }
        reviving = Task { [weak self, failures] in
            for await kind in failures { await self?.revive(kind) }
        }
    }

    /// An encoder failed: its viewers get another one, with the implementation that is next in line.
    private func revive(_ kind: StreamKind) async {
        for outlet in subscriptions.values.map(\.outlet) {
            do { try await revive(kind, for: outlet) } catch { logger.error("no encoder for \(kind): \(error)") }
        }
        await adjustRate()
        // An implementation that is the last one and fails again and again is not started in a tight loop.
        try? await Task.sleep(for: .milliseconds(500))
    }

    private func revive(_ kind: StreamKind, for outlet: Outlet) async throws {
        let id = ObjectIdentifier(outlet)
        // It may have changed over just now.
        await settle(outlet)
        if let next = subscriptions[id]?.next, next.kind == kind {
            if outlet.forgetNext(next.encoder.broadcaster) {
                subscriptions[id]?.next = nil
                return try await feed(kind, to: outlet)
            }
            await settle(outlet)
        }
        guard let failed = subscriptions[id]?.current, failed.kind == kind else { return }
        let encoder = try await pool.acquire(kind)
        // Left meanwhile, or joined after the failure and so watches the new one already, or has changed over.
        guard let current = subscriptions[id]?.current, current.encoder === failed.encoder, failed.encoder !== encoder,
            encoder.broadcaster.add(outlet, replacing: failed.encoder.broadcaster)
        else {
            await pool.release(kind, encoder)
            return await settle(outlet)
        }
        subscriptions[id]?.current = (kind, encoder)
        if kind.isVideo { showAtOnce(encoder) }
    }

    private var rate: Int { get async { await pool.isVideoWatched ? settings.full.framesPerSecond : Self.idleRate } }

    private func adjustRate() async { await capture?.setRate(await rate) }
}
