import GStreamer
import Logging
import Pipelines
import Synchronization

/// All viewers of one guest.
public actor Viewers {
    /// What has happened to sessions since the start.
    public struct Counters: Sendable, Equatable {
        /// Sessions answered.
        public var opened = 0
        /// Sessions ended, by reason.
        public var ended: [SessionEnd: Int] = [:]
        /// Offers that could not be answered, by reason.
        public var refused: [NegotiationFailure: Int] = [:]

        /// Nothing has happened.
        public init() {}
    }

    /// What has happened to sessions since the start.
    public private(set) var counters = Counters()
    /// What viewers measured and reported.
    public nonisolated let telemetry = ViewerTelemetry()

    /// Who comes and goes, for one reader; the newest 256 are kept for it.
    public nonisolated let events: AsyncStream<ViewerEvent>

    private let news: AsyncStream<ViewerEvent>.Continuation
    private let instance: String
    private let media: GuestMedia
    private let desk: ControlDesk
    private let ice: ICESettings
    private let limits: SessionLimits
    private let logger: Logger
    private var sessions: [ViewerID: ViewerSession] = [:]
    private var closed = false
    private nonisolated let bell = ChangeBell()
    private var following: Task<Void, Never>?
    private var listening: Task<Void, Never>?
    private var metering: Task<Void, Never>?
    private nonisolated let levels: AsyncStream<String>
    private nonisolated let levelSource: AsyncStream<String>.Continuation
    private nonisolated let levelNews = Mutex(LevelNews())
    private var level: String?
    private var warming: Task<Void, Never>?
    private var trimming: Task<Void, Never>?
    /// Somebody left since memory was last given back.
    private var hasLeft = false
    private var size: FrameSize?

    /// - Parameters:
    ///   - instance: the guest's id, for messages.
    ///   - desk: where input goes.
    public init(
        instance: String, media: GuestMedia, desk: ControlDesk, ice: ICESettings, limits: SessionLimits, logger: Logger
    ) {
        self.instance = instance
        self.media = media
        self.desk = desk
        self.ice = ice
        self.limits = limits
        self.logger = logger
        (events, news) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(256))
        (levels, levelSource) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Begins to tell viewers of the guest's mode switches, and gets ready for the first of them.
    public func start() {
        warming = Task { [media, logger] in await PeerWarmUp.run(media.choice, codecs: media.codecs, logger: logger) }
        let sizes = media.subscribeToSizes()
        following = Task { [weak self] in
            for await size in sizes { await self?.resized(size) }
        }
        listening = Task { [weak self, bell] in
            for await frame in bell.changes { await self?.changed(at: frame) }
        }
        metering = Task { [weak self, levels] in
            for await message in levels { await self?.heard(message) }
        }
    }

    /// Tells that a frame grabbed at that time (nanoseconds) differs from the one before it. Cheap; for the capture's
    /// thread.
    public nonisolated func frameChanged(at timestamp: UInt64) { bell.ring(at: timestamp) }

    /// Tells how loud the guest's sound is, in dBFS; nil where it has none. Cheap; for the capture's thread.
    public nonisolated func heard(rms: Double, peak: Double) { tell((rms, peak)) }

    /// Tells that there is no sound to measure.
    public nonisolated func heardNothing() { tell(nil) }

    /// Here, so that a sound that stays as it is wakes nobody.
    private nonisolated func tell(_ level: (rms: Double, peak: Double)?) {
        guard let message = levelNews.withLock({ $0.take(level) }) else { return }
        levelSource.yield(message)
    }

    /// Answers an offer.
    ///
    /// - Parameters:
    ///   - rendition: what the viewer wants to see first; the guest's own size unless given.
    ///   - access: what the viewer may do.
    ///   - request: the correlation id of the request; all log lines of the session carry it.
    /// - Returns: the session's id and the answer with all candidates.
    /// - Throws: `OfferError`, `ViewersError`, or `GStreamerError` where the node fails.
    public func open(
        offer text: String, rendition: String? = nil, access: ViewerAccess = .control, request: String? = nil
    ) async throws -> (id: ViewerID, answer: String) {
        do {
            guard !closed else { throw ViewersError.stopping }
            guard sessions.count < limits.viewers else { throw ViewersError.tooMany(limits.viewers) }
            let rendition = rendition ?? media.settings.full.name
            guard media.settings.rendition(named: rendition) != nil else {
                throw ViewersError.unknownRendition(rendition, known: media.settings.renditions.map(\.name))
            }
            let offer = try Offer(text, codecs: media.codecs)
            var logger = logger
            if let request { logger[metadataKey: "request"] = "\(request)" }
            let session = try ViewerSession(
                offer: offer, rendition: rendition, access: access, instance: instance, media: media, desk: desk,
                bell: bell,
                telemetry: telemetry, ice: ice, limits: limits, logger: logger,
                onConnect: { [news] in news.yield(ViewerEvent(id: $0.publicName, phase: .connected)) },
                onEnd: { [weak self] id, reason in await self?.ended(id, reason) })
            if let size { await session.tell(size: size) }
            if let level { await session.tell(level: level) }
            // Listed before it starts: it may end by itself as soon as it does.
            sessions[session.id] = session
            do {
                let answer = try await session.start()
                counters.opened += 1
                // It may have ended by now, which has been told.
                if sessions[session.id] != nil {
                    news.yield(ViewerEvent(id: session.id.publicName, phase: .joined))
                }
                return (session.id, answer)
            } catch {
                sessions[session.id] = nil
                throw error
            }
        } catch {
            counters.refused[NegotiationFailure(error), default: 0] += 1
            throw error
        }
    }

    /// Adds a viewer's trickled candidate.
    ///
    /// - Throws: `ViewersError.unknown`.
    public func addCandidate(_ candidate: String, section: Int, to id: ViewerID) async throws {
        guard let session = sessions[id] else { throw ViewersError.unknown }
        try await session.addCandidate(candidate, section: section)
    }

    /// Ends a session and frees everything it held.
    ///
    /// - Throws: `ViewersError.unknown` for one that has ended already.
    public func close(_ id: ViewerID, _ reason: SessionEnd = .requested) async throws {
        if sessions[id]?.isStuck == true { return }
        guard let session = sessions.removeValue(forKey: id) else { throw ViewersError.unknown }
        await session.end(reason)
    }

    /// All viewers now.
    public func summaries() async -> [ViewerSummary] {
        var result: [ViewerSummary] = []
        for session in sessions.values { result.append(await session.summary()) }
        return result.sorted { $0.seconds > $1.seconds }
    }

    /// Ends all sessions and takes no more.
    public func stop() async {
        closed = true
        following?.cancel()
        bell.finish()
        levelSource.finish()
        let ending = sessions.values
        sessions.removeAll()
        await withTaskGroup(of: Void.self) { group in
            for session in ending { group.addTask { await session.end(.nodeStopping) } }
        }
        await following?.value
        await listening?.value
        await metering?.value
        await warming?.value
        trimming?.cancel()
        await trimming?.value
        news.finish()
    }

    private func ended(_ id: ViewerID, _ reason: SessionEnd) {
        sessions[id] = nil
        counters.ended[reason, default: 0] += 1
        news.yield(ViewerEvent(id: id.publicName, phase: .left(reason)))
        guard !closed else { return }
        hasLeft = true
        guard trimming == nil else { return }
        trimming = Task { [weak self] in
            repeat { try? await Task.sleep(for: .seconds(5)) } while await self?.trim() ?? false
        }
    }

    /// Gives memory back: once for all that leave at about the same time, and once more after the last of them, whose
    /// encoders outlive them by some seconds.
    ///
    /// - Returns: whether it has to be done again.
    private func trim() -> Bool {
        MediaLibrary.trimMemory()
        let again = hasLeft && !closed
        hasLeft = false
        if !again { trimming = nil }
        return again
    }

    private func changed(at frame: UInt64) async {
        for session in sessions.values { await session.changed(at: frame) }
    }

    private func heard(_ message: String) async {
        level = message
        for session in sessions.values { await session.tell(level: message) }
    }

    private func resized(_ size: FrameSize) async {
        self.size = size
        for session in sessions.values { await session.tell(size: size) }
    }
}

/// Why a session cannot be opened or found.
public enum ViewersError: Error, Equatable, CustomStringConvertible {
    case tooMany(Int)
    case unknown
    case stopping
    case unknownRendition(String, known: [String])

    /// The word for it in JSON errors.
    public var code: String {
        switch self {
        case .tooMany: "too-many-viewers"
        case .unknown: "unknown-session"
        case .stopping: "node-unavailable"
        case .unknownRendition: "unknown-rendition"
        }
    }

    /// One sentence for people.
    public var description: String {
        switch self {
        case .tooMany(let limit): "this guest has its \(limit) viewers already; one has to leave first (viewers.max)"
        case .unknown: "no such session; it may have ended"
        case .stopping: "the node is stopping"
        case .unknownRendition(let name, let known):
            "no rendition '\(name.prefix(40))'; this guest is sent as \(known.joined(separator: ", "))"
        }
    }
}
