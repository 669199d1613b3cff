import Foundation
import GStreamer
import Logging
import Pipelines

/// One viewer's session, from its offer to its end: negotiates, starts the media once connected, plays input, and
/// notices when the viewer is gone.
actor ViewerSession {
    nonisolated let id: ViewerID
    /// When the session began, in nanoseconds of the monotonic clock.
    nonisolated let began: UInt64
    /// Whether it never ends: a planted fault.
    nonisolated let isStuck = TestFault.stuckSession.strikes

    let peer: Peer
    private let offer: Offer
    private let access: ViewerAccess
    private let instance: String
    private let media: GuestMedia
    let desk: ControlDesk
    private let meter: PathMeter
    private let path: ViewerPath
    private let changes: AsyncStream<ViewerPath.Change>
    let bell: ChangeBell
    private let telemetry: ViewerTelemetry
    private let limits: SessionLimits
    private let logger: Logger
    private let onConnect: @Sendable (ViewerID) async -> Void
    private let onEnd: @Sendable (ViewerID, SessionEnd) async -> Void
    private var channel: DataChannel?
    private var running: Task<Void, Never>?
    private var connectedAt: UInt64?
    private var vitals: ViewerVitals
    var echoes = EchoQueue()
    private var clicks = SampleWindow(capacity: 200)
    private var refusals = RefusalBudget()
    private var size: FrameSize?
    private var level: String?
    private var ending: Task<Void, Never>?
    private var overflowReported = 0
    private var association: AssociationWatch

    /// - Parameter rendition: what the viewer wants first; it exists.
    init(
        offer: Offer, rendition: String, access: ViewerAccess, instance: String, media: GuestMedia, desk: ControlDesk,
        bell: ChangeBell,
        telemetry: ViewerTelemetry, ice: ICESettings, limits: SessionLimits, logger: Logger,
        onConnect: @escaping @Sendable (ViewerID) async -> Void,
        onEnd: @escaping @Sendable (ViewerID, SessionEnd) async -> Void
    ) throws {
        let id = ViewerID()
        var logger = logger
        logger[metadataKey: "viewer"] = "\(id.publicName)"
        self.id = id
        vitals = ViewerVitals(viewer: id.publicName)
        self.offer = offer
        self.access = access
        self.instance = instance
        self.media = media
        self.desk = desk
        self.limits = limits
        self.logger = logger
        self.onConnect = onConnect
        self.onEnd = onEnd
        association = AssociationWatch(limit: limits.connectWithin)
        began = Runtime.now()
        let meter = ViewerPath.meter(for: offer, media.settings)
        self.meter = meter
        peer = try Peer(id: id, offer: offer, media: media, ice: ice, logger: logger) { meter.take($0, at: $1) }
        self.bell = bell
        self.telemetry = telemetry
        let (changes, continuation) = AsyncStream.makeStream(
            of: ViewerPath.Change.self, bufferingPolicy: .bufferingNewest(8))
        self.changes = changes
        path = ViewerPath(
            peer: peer, media: media, offer: offer, meter: meter, wanted: rendition, logger: logger
        ) { continuation.yield($0) }
    }

    /// Negotiates and returns the answer with all candidates; the session runs on by itself.
    func start() async throws -> String {
        await media.warm(.video(media.settings.rendition(named: await path.wanted) ?? media.settings.full, offer.codec))
        let answer: String
        do { answer = try await peer.answer() } catch {
            await peer.stop()
            throw error
        }
        running = Task { await self.run() }
        logger.info(
            "answered",
            metadata: [
                "codec": "\(offer.codec.rawValue)", "ms": "\((Runtime.now() - began) / 1_000_000)",
            ])
        return answer
    }

    /// Adds a trickled candidate.
    func addCandidate(_ candidate: String, section: Int) async throws {
        try await peer.addCandidate(candidate, section: section)
    }

    /// What the session is doing, for the node's list of viewers.
    func summary() async -> ViewerSummary {
        let counters = peer.videoOutlet.counters
        let measured = await path.measurements
        return ViewerSummary(
            id: id.publicName, codec: offer.codec.rawValue, connected: connectedAt != nil,
            seconds: Double(Runtime.now() - began) / 1e9, rendition: await path.shown, wanted: await path.wanted,
            estimate: measured?.estimate, loss: measured?.loss ?? vitals.reception.loss,
            roundTrip: vitals.reception.roundTrip.map { $0 * 1000 }, jitter: vitals.reception.jitter.map { $0 * 1000 },
            decodedFps: vitals.reception.decodedFps,
            sentFps: vitals.reception.sentFps, troubles: vitals.troubles(at: Runtime.now()),
            delivered: counters.delivered,
            dropped: counters.dropped, unsent: await peer.packetsUnsent,
            clickToPixel: clicks.quantiles.map { .init(p50: $0.p50, p95: $0.p95, p99: $0.p99, count: clicks.count) })
    }

    /// Ends the session, once, and returns when everything it held is free; whoever comes later waits for that too.
    func end(_ reason: SessionEnd) async {
        guard !isStuck || reason == .nodeStopping else { return }
        let task = ending ?? Task { await tearDown(reason) }
        ending = task
        await task.value
    }

    private func tearDown(_ reason: SessionEnd) async {
        running?.cancel()
        // While there is a connection that can tell.
        let failure = ICEFailure(reason, wasConnected: connectedAt != nil, state: await peer.state.ice)
        bell.expect(-echoes.count)
        echoes = EchoQueue()
        await desk.leave(id)
        channel?.close()
        channel = nil
        await path.stop()
        if TestFault.leakPeer.strikes { TestFault.kept.withLock { $0.append(peer) } } else { await peer.stop() }
        let now = Runtime.now()
        telemetry.session.record(from: began, to: now)
        if let failure { telemetry.note(failure) }
        logger.info(
            "session ended", metadata: ["reason": "\(reason.rawValue)", "seconds": "\((now - began) / 1_000_000_000)"])
        await onEnd(id, reason)
    }

    /// Tells the viewer the guest's picture size.
    func tell(size: FrameSize) {
        self.size = size
        say(["type": "size", "width": size.width, "height": size.height])
    }

    /// Tells the viewer how loud the guest is: ``LevelNews``'s message.
    func tell(level: String) {
        self.level = level
        say(level)
    }

    private func run() async {
        let ticker = Task { [weak self, limits] in
            while !Task.isCancelled {
                try? await Task.sleep(for: limits.checkInterval)
                if !Task.isCancelled { await self?.check() }
            }
        }
        let telling = Task { [weak self, changes] in
            for await change in changes { await self?.tell(change) }
        }
        defer {
            ticker.cancel()
            telling.cancel()
        }
        for await event in peer.events {
            if ending != nil { return }
            switch event {
            case .stateChanged: await stateChanged()
            case .channelOpened(let channel): await open(channel)
            case .message(let text): await take(text)
            case .channelClosed: detachEnd(.channelClosed)
            case .channelFailed(let failure):
                telemetry.note(failure)
                logger.info("the data channel failed", metadata: ["reason": "\(failure.rawValue)"])
                // The viewer cannot be heard any more; one that is still there comes back with a new offer.
                detachEnd(.channelClosed)
            case .decisionDue: await path.think()
            case .switched: await path.switched()
            case .broken(let reason):
                logger.warning("viewer pipeline broke: \(reason)")
                let graph = await peer.graph()
                logger.debug("its graph", metadata: ["dot": "\(graph)"])
                detachEnd(.mediaFailed)
            }
        }
    }

    /// Ends the session from inside its own loop, which `end` would otherwise wait for.
    private func detachEnd(_ reason: SessionEnd) { Task { await self.end(reason) } }

    private func stateChanged() async {
        let state = await peer.state
        if let failure = state.failure { return detachEnd(failure) }
        guard state.connection == .connected, connectedAt == nil else { return }
        let now = Runtime.now()
        connectedAt = now
        telemetry.join.record(from: began, to: now)
        logger.info("connected", metadata: ["ms": "\((now - began) / 1_000_000)"])
        await onConnect(id)
        do {
            try await peer.open()
            try await path.start()
        } catch {
            logger.error("media does not start: \(error)")
            detachEnd(.mediaFailed)
        }
    }

    private func open(_ channel: DataChannel) async {
        guard channel.label == "input", self.channel == nil else { return }
        self.channel = channel
        say([
            "type": "hello", "viewer": id.publicName, "instance": instance, "access": access.rawValue,
            "codec": offer.codec.encodingName,
            "rendition": await path.shown, "renditions": media.settings.renditions.map(\.name),
            "clock": ["rtpOffset": Int(peer.timestampOffset), "rate": 90_000],
        ])
        if let size { tell(size: size) }
        if let level { say(level) }
        await desk.join(id) { [weak self] holder in await self?.tell(holder: holder) }
    }

    private func tell(holder: ViewerID?) {
        say(["type": "control", "holder": holder?.publicName ?? NSNull(), "you": holder == id])
    }

    private func tell(_ change: ViewerPath.Change) {
        say([
            "type": "rendition", "name": change.shown, "wanted": change.wanted, "reason": change.reason.rawValue,
        ])
    }

    private func take(_ text: String) async {
        do {
            let message = try ChannelMessage(json: Data(text.utf8))
            if access == .view, message.needsControl { throw ControlError.viewOnly }
            switch message {
            case .input(let events, let number): try await play(events, number)
            case .releaseAll: await desk.releaseAll(from: id)
            case .control(let take): if take { await desk.take(id) } else { await desk.release(id) }
            case .ping(let stamp):
                vitals.heartbeat(at: Runtime.now())
                say(["type": "pong", "ts": stamp])
            case .rendition(let name):
                guard media.settings.rendition(named: name) != nil else {
                    let unknown = ViewersError.unknownRendition(name, known: media.settings.renditions.map(\.name))
                    refuse(unknown.code, unknown.description)
                    break
                }
                await path.want(name)
            case .report(let report):
                clicks.add(report.clickToPixel)
                telemetry.note(report)
                if let fps = report.framesPerSecond { vitals.decodes(fps, at: Runtime.now()) }
            }
        } catch let error as ChannelMessageError {
            refuse(error.code, error.description)
        } catch let error as InputError {
            refuse(error.code, error.description)
        } catch let error as ControlError {
            refuse(error.code, error.description)
        } catch {
            refuse("guest-unavailable", "the guest takes no input now: \(error)")
        }
    }

    /// Answers a bad message, but not every one of a flood.
    private func refuse(_ code: String, _ message: String) {
        guard refusals.allows(at: Runtime.now()) else { return }
        say(["type": "error", "code": code, "message": message])
    }

    func say(_ message: [String: Any]) {
        guard let data = try? JSONSerialization.data(withJSONObject: message, options: [.sortedKeys]) else { return }
        say(String(decoding: data, as: UTF8.self))
    }

    private func say(_ text: String) {
        // A viewer that does not read loses messages rather than blocking the session.
        guard let channel, channel.isOpen, channel.bufferedAmount < 64 << 10 else { return }
        channel.send(text)
    }

    /// Looks whether the viewer is still there. `webrtcbin` 1.22 does not check consent (RFC 7675), so a vanished
    /// viewer shows only here.
    private func check() async {
        let now = Runtime.now()
        let overflowed = await peer.overflowed
        if overflowed > overflowReported {
            logger.warning(
                "messages dropped: the viewer sends faster than the guest takes", metadata: ["total": "\(overflowed)"])
            overflowReported = overflowed
        }
        let waiting = echoes.count
        echoes.expire(at: now)
        bell.expect(echoes.count - waiting)
        await path.tick()
        guard let connectedAt else {
            if now - began > limits.connectWithin { await end(.neverConnected) }
            return
        }
        if channel == nil, association.isDue(at: now, connectedAt: connectedAt),
            association.look(await peer.association)
        {
            telemetry.note(SCTPFailure.neverEstablished)
            logger.warning("the data channel does not come up")
        }
        await peer.report()
        if let heardAt = meter.heardAt { vitals.feedback(at: heardAt) }
        vitals.took(await peer.receiverReports, at: now)
        vitals.look(
            delivered: peer.videoOutlet.counters.delivered, loss: await path.measurements?.loss, at: now)
        if vitals.isSilent(at: now, connectedAt: connectedAt, limit: limits.silence) { await end(.silent) }
    }
}
