import GStreamer
import Logging
import Pipelines

/// The path to one viewer: estimates what it carries from the viewer's feedback, and sends what fits.
///
/// The rendition is chosen first; the bitrate of an encoder follows the best of those who watch it, so that one bad path
/// lowers nobody else's picture.
actor ViewerPath {
    /// The rendition that is sent changed.
    struct Change: Sendable {
        let shown: String
        let wanted: String
        let reason: RenditionDecision.Reason
    }

    /// Bytes of a packet on the wire besides its payload: IPv4, UDP, RTP with its extensions, SRTP's tag.
    static let overhead = 20 + 8 + 12 + 8 + 10
    /// How often padding is sent during a probe.
    private static let paddingInterval = Duration.milliseconds(10)

    private let peer: Peer
    private let media: GuestMedia
    private let codec: VideoCodec
    private let hasSound: Bool
    /// Whether the viewer reports what it receives; without that it is sent what it wants.
    private let isMeasured: Bool
    private let onChange: @Sendable (Change) async -> Void
    private let logger: Logger
    private let meter: PathMeter
    private var choice = RenditionChoice()
    private var protection = AudioProtection()
    private var reason = RenditionDecision.Reason.requested
    private var probing: Task<Void, Never>?
    private var isStarted = false
    private var isStopped = false

    /// The rendition that the viewer wants.
    private(set) var wanted: String
    /// The rendition that is sent.
    private(set) var shown: String

    init(
        peer: Peer, media: GuestMedia, offer: Offer, meter: PathMeter, wanted: String, logger: Logger,
        onChange: @escaping @Sendable (Change) async -> Void
    ) {
        self.peer = peer
        self.media = media
        self.meter = meter
        self.wanted = wanted
        self.logger = logger
        self.onChange = onChange
        shown = wanted
        codec = offer.codec
        hasSound = offer.audio != nil
        isMeasured = offer.extensions.transportWide != nil
    }

    /// Measures a path that nothing is known of.
    static func meter(for offer: Offer, _ settings: MediaSettings) -> PathMeter {
        let most = settings.full.bitrate * 1000 + EncoderBudget.sound
        // A newcomer is believed to carry the whole picture: most do, and the others show it within a second.
        var estimator = BandwidthEstimator(limits: .init(minimum: 100_000, start: most, maximum: most * 5 / 4))
        // Only the picture's packets bear transport-wide numbers.
        estimator.unreported = offer.audio == nil ? 0 : EncoderBudget.sound
        return PathMeter(estimator)
    }

    /// What the path carries, in bits per second, and the part of packets that it loses; nil where it is not measured.
    var measurements: (estimate: Int, loss: Double)? {
        meter.heardAt == nil ? nil : meter.withEstimator { ($0.estimate, $0.lossFraction) }
    }

    /// Starts picture and sound; called once the connection stands.
    ///
    /// - Throws: `GStreamerError` where an encoder does not start.
    func start() async throws {
        guard !isStarted, !isStopped else { return }
        isStarted = true
        try await media.feed(stream(wanted), to: peer.videoOutlet)
        if hasSound { try await media.feed(.sound, to: peer.audioOutlet) }
        // Stopped while they started.
        if isStopped {
            await media.end(peer.videoOutlet)
            await media.end(peer.audioOutlet)
        }
    }

    /// The viewer wants another rendition, which exists.
    func want(_ name: String) async {
        guard name != wanted else { return }
        wanted = name
        if isMeasured { await decide(at: Runtime.now()) } else { await send(name, .requested) }
    }

    /// To be called when the meter says that a decision is due.
    func think() async {
        guard isMeasured, !isStopped else { return }
        await decide(at: Runtime.now())
    }

    /// To be called about once a second, also when no feedback comes.
    func tick() async {
        let now = Runtime.now()
        if isMeasured, isStarted, now >= meter.decidedAt + PathMeter.calm { await decide(at: now) }
    }

    /// Another stream has taken over in one of the outlets.
    func switched() async {
        await media.settle(peer.audioOutlet)
        await media.settle(peer.videoOutlet)
        guard let now = await media.stream(of: peer.videoOutlet)?.rendition, now != shown else { return }
        shown = now
        await onChange(Change(shown: now, wanted: wanted, reason: reason))
    }

    /// Stops measuring; the streams are the peer's to end.
    func stop() async {
        isStopped = true
        probing?.cancel()
        await probing?.value
    }

    private func stream(_ name: String) -> StreamKind {
        .video(media.settings.rendition(named: name) ?? media.settings.full, codec)
    }

    private func decide(at now: UInt64) async {
        guard isStarted, !isStopped else { return meter.decided(enough: nil, at: now) }
        let (estimate, loss, rate) = meter.withEstimator { ($0.estimate, $0.lossFraction, $0.sendingRate) }
        await media.note(estimate: rate, of: peer.videoOutlet)
        var loads: [RenditionLoad] = []
        for rendition in media.settings.renditions {
            let load = await media.load(of: .video(rendition, codec), without: peer.videoOutlet)
            loads.append(
                RenditionLoad(
                    name: rendition.name, minimum: rendition.leastBitrate * 1000, maximum: rendition.bitrate * 1000,
                    present: load.map { $0.bitrate * 1000 },
                    // A viewer that is not measured is thought to carry all.
                    isHeldByOthers: load?.estimates.contains { ($0 ?? .max) > estimate } ?? false))
        }
        let decision = choice.decide(estimate: estimate, loss: loss, wanted: wanted, renditions: loads, at: now)
        if decision.change != nil, !isStopped { await send(decision.name, decision.change ?? .requested) }
        await budget(at: now)
        await protect(loss: loss, at: now)
        if probing == nil, let plan = meter.withEstimator({ $0.probe(wanting: decision.demand, at: now) }) {
            probing = Task { await self.pad(for: plan) }
        }
        let isSettled = decision.change == nil && shown == wanted && !protection.isOn && probing == nil
        meter.decided(enough: isSettled ? decision.demand : nil, at: now)
    }

    private func send(_ name: String, _ reason: RenditionDecision.Reason) async {
        self.reason = reason
        do { try await media.feed(stream(name), to: peer.videoOutlet) } catch {
            logger.error("the rendition \(name) does not start: \(error)")
        }
    }

    /// Sets the encoder's bitrate by the best path of those who watch it.
    private func budget(at now: UInt64) async {
        guard case .video(let rendition, _)? = await media.stream(of: peer.videoOutlet) else { return }
        let kind = stream(rendition.name)
        guard let load = await media.load(of: kind) else { return }
        let range = (rendition.leastBitrate * 1000)...(rendition.bitrate * 1000)
        let bitrate = EncoderBudget.bitrate(
            current: load.bitrate * 1000,
            estimates: load.estimates.map { $0 ?? range.upperBound + EncoderBudget.sound },
            range: range, sinceChange: now - min(now, load.since))
        if bitrate != load.bitrate * 1000 { await media.setBitrate(bitrate / 1000, of: kind) }
    }

    private func protect(loss: Double, at now: UInt64) async {
        let before = protection.isOn
        protection.update(loss: loss, at: now)
        guard hasSound, protection.isOn != before else { return }
        logger.info("sound protection", metadata: ["on": "\(protection.isOn)"])
        do { try await media.feed(protection.isOn ? .protectedSound : .sound, to: peer.audioOutlet) } catch {
            logger.error("the sound does not change: \(error)")
        }
    }

    /// Fills up what the picture leaves of the plan's rate, in small steps.
    private func pad(for plan: ProbePlan) async {
        let start = Runtime.now()
        let before = await peer.mediaBytes
        let packet = MediaTransport.paddingSize + Self.overhead
        var padded = 0
        while !Task.isCancelled, meter.withEstimator({ $0.activeProbe }) == plan {
            let elapsed = Double(Runtime.now() - start) / 1e9
            guard elapsed < Double(plan.duration) / 1000 else { break }
            let due = Int(Double(plan.target) / 8 * elapsed)
            let sent = await peer.mediaBytes - before + padded
            let packets = (due - sent) / packet
            // One step's worth at most: what a late step missed is not made up for in a burst.
            let most = max(1, plan.target / 8 / 50 / packet)
            if packets > 0 {
                padded += await peer.sendPadding(packets: min(packets, most)) * packet
            }
            try? await Task.sleep(for: Self.paddingInterval)
        }
        probing = nil
    }
}
