import GStreamer
import Logging
import Pipelines
import Probe
import Synchronization

/// One viewer's peer connection: `webrtcbin` in a pipeline of its own, which negotiates and carries the data channel, and past
/// it a transport for picture and sound.
///
/// One pipeline per viewer, so that a peer that fails is torn down alone.
actor Peer {
    /// What happens to the connection; the oldest 512 unread events are kept. Ends with `stop()`.
    nonisolated let events: AsyncStream<PeerEvent>

    /// Where the picture goes in.
    nonisolated let videoOutlet: Outlet
    /// Where the sound goes in.
    nonisolated let audioOutlet: Outlet
    /// The video's RTP timestamp of the time zero of the monotonic clock.
    nonisolated let timestampOffset = UInt32.random(in: 0...UInt32.max)

    private let offer: Offer
    private let media: GuestMedia
    private let ice: ICESettings
    private let pipeline: Pipeline
    nonisolated let bin: WebRTCBin
    private let video = FeedQueue()
    private let audio = FeedQueue()
    private let sink: EventSink
    private let onFeedback: @Sendable ([PacketResult], UInt64) -> Bool
    private let logger: Logger
    private var connections: [SignalConnection] = []
    private var probes: [PadProbe] = []
    private var transport: MediaTransport?
    private var pictureSource: UInt32 = 0
    private var feedback: FeedbackTap?
    private var watch: Task<Void, Never>?
    private var stopped = false

    /// How long candidates may take to gather, in seconds. Those of the host's own addresses take milliseconds.
    static let gatheringLimit = 2.0

    /// The yielding end of `events`, shared with handlers on GStreamer's threads. It counts what overflowed.
    private final class EventSink: Sendable {
        let continuation: AsyncStream<PeerEvent>.Continuation
        let overflowed = Atomic<Int>(0)
        private let channels = Mutex<[SignalConnection]>([])
        init(_ continuation: AsyncStream<PeerEvent>.Continuation) { self.continuation = continuation }

        func yield(_ event: PeerEvent) {
            if case .dropped = continuation.yield(event) { overflowed.add(1, ordering: .relaxed) }
        }

        func attach(_ channel: DataChannel) {
            let added = [
                try? channel.onMessage { [weak self] in self?.yield(.message($0)) },
                try? channel.onError { [weak self] in self?.yield(.channelFailed(.channel)) },
                try? channel.onClose { [weak self] in self?.yield(.channelClosed) },
            ]
            channels.withLock { $0 += added.compactMap(\.self) }
        }

        /// Disconnects from the data channels.
        func detach() {
            let connections = channels.withLock { connections in
                defer { connections = [] }
                return connections
            }
            for connection in connections { connection.disconnect() }
        }
    }

    /// - Parameter onFeedback: gets what transport-wide feedback tells of the picture's packets, and when it came
    ///   (nanoseconds); returns whether ``PeerEvent/decisionDue`` is to follow. Called on a streaming thread.
    init(
        id: ViewerID, offer: Offer, media: GuestMedia, ice: ICESettings, logger: Logger,
        onFeedback: @escaping @Sendable ([PacketResult], UInt64) -> Bool
    ) throws {
        self.offer = offer
        self.onFeedback = onFeedback
        self.media = media
        self.ice = ice
        self.logger = logger
        let (stream, continuation) = AsyncStream.makeStream(of: PeerEvent.self, bufferingPolicy: .bufferingOldest(512))
        events = stream
        sink = EventSink(continuation)
        pipeline = try Pipeline("viewer-\(id.publicName)")
        bin = try WebRTCBin(name: "webrtc")
        videoOutlet = Outlet(source: video, onSwitch: { [sink] in sink.yield(.switched) })
        // A tenth of a second of sound.
        audioOutlet = Outlet(source: audio, queueLimit: 10, onSwitch: { [sink] in sink.yield(.switched) })
    }

    /// Messages and state changes lost because the session did not keep up.
    var overflowed: Int { sink.overflowed.load(ordering: .relaxed) }

    /// The pipeline's graph in Graphviz's language, for reports of what went wrong.
    func graph() async -> String { await pipeline.graph() }

    /// The connection's states now.
    var state: PeerState { PeerState(of: bin) }

    /// Answers the offer.
    ///
    /// - Returns: the answer with all candidates.
    /// - Throws: `GStreamerError` where the connection cannot be built.
    func answer() async throws -> String {
        try await pipeline.add([bin])
        let gathered = try connect()
        try configureICE()
        try await pipeline.prepare()
        let picture = try addSection(offer.video, codec: offer.codec.encodingName, clock: 90_000)
        let sound = try offer.audio.map { try addSection($0, codec: "OPUS", clock: 48_000) }
        try await pipeline.play()
        try await bin.setRemote(.offer, offer.reduced)
        let answer = try await bin.createAnswer()
        try await bin.setLocal(.answer, answer)
        await gathered.wait(seconds: Self.gatheringLimit) { [bin] in
            (try? bin.get("ice-gathering-state").integer) == 2  // complete
        }
        guard let complete = try bin.localDescription() else {
            throw GStreamerError.promiseFailed(operation: "answer", reason: "no local description")
        }
        try prepareTransport(picture, sound, SentStreams(in: complete))
        return ice.announcing(complete)
    }

    /// Lets media through, once the connection stands.
    ///
    /// - Throws: `GStreamerError.promiseFailed` where it cannot be encrypted.
    func open() throws { try transport?.open(bin) }

    /// Tells the viewer how much was sent, as RTCP does; to be called about once a second.
    func report() { transport?.report() }

    /// How far the association of the data channel is; nil where none was negotiated.
    var association: SCTPState? { stopped ? nil : bin.sctpState }

    /// Sends packets that are all padding; see ``MediaTransport/sendPadding(packets:of:)``.
    func sendPadding(packets: Int) -> Int { transport?.sendPadding(packets: packets, of: pictureSource) ?? 0 }

    /// Bytes of video packets sent so far, retransmissions and padding left out.
    var mediaBytes: Int { transport?.bytesSent(of: pictureSource) ?? 0 }

    /// Packets that the socket did not take; see ``MediaTransport/packetsUnsent``.
    var packetsUnsent: Int { transport?.packetsUnsent ?? 0 }

    /// Adds a candidate of the viewer's; those that are no literal address are skipped.
    func addCandidate(_ candidate: String, section: Int) throws {
        guard !stopped, !Offer.isUnresolvable(candidate) else { return }
        try bin.addCandidate(candidate, section: section)
    }

    /// The viewer's newest receiver reports, by source.
    var receiverReports: [UInt32: ReceiverReport] { feedback?.reports ?? [:] }

    /// Ends the media and releases the connection.
    func stop() async {
        guard !stopped else { return }
        stopped = true
        await media.end(videoOutlet)
        await media.end(audioOutlet)
        for connection in connections { connection.disconnect() }
        connections.removeAll()
        sink.detach()
        for probe in probes { probe.remove() }
        probes.removeAll()
        transport?.close()
        if !ice.turnServers.isEmpty { await bin.releaseRelays() }
        video.close()
        audio.close()
        await pipeline.stop()
        await watch?.value
        sink.continuation.finish()
    }

    /// Connects the handlers. None holds the peer, and none reads the connection's state: that deadlocks.
    private func connect() throws -> Flag {
        let sink = sink
        let gathered = Flag()
        for state in ["connection-state", "ice-connection-state"] {
            connections.append(try bin.connect("notify::\(state)") { _ in sink.yield(.stateChanged) })
        }
        connections.append(try bin.connect("notify::ice-gathering-state") { _ in gathered.signal() })
        connections.append(
            try bin.onDataChannel { channel in
                // Attached here and not later: the first messages may be on their way.
                sink.attach(channel)
                sink.yield(.channelOpened(channel))
            })
        watch = Task { [pipeline] in
            for await message in pipeline.messages {
                switch message {
                // The only way in which the association's loss is told: its elements' names are made by GStreamer.
                case .error(let source, _, _) where source.hasPrefix("sctpenc") || source.hasPrefix("sctpdec"):
                    sink.yield(.channelFailed(.association))
                case .error(let source, let text, _): sink.yield(.broken("\(source): \(text)"))
                case .latencyChanged: await pipeline.distributeLatency()
                default: break
                }
            }
        }
        return gathered
    }

    private func configureICE() throws {
        if let ports = ice.ports { try bin.usePorts(ports) }
        try bin.useTCPCandidates(ice.tcp)
        try bin.gather(from: ice.addresses)
        if let server = ice.stunServer { try bin.useSTUNServer(host: server.host, port: server.port) }
        for server in ice.turnServers {
            guard let credentials = ice.turn?.credentials(for: ice.turnName) else { continue }
            try bin.addTURNServer(
                host: server.host, port: server.port, transport: server.transport.rawValue,
                username: credentials.username, password: credentials.password)
        }
    }

    /// Leads media to the socket, measures the last stages of each frame's way, and takes what the viewer tells of what it
    /// received.
    private func prepareTransport(_ picture: UInt32, _ sound: UInt32?, _ answered: SentStreams) throws {
        let (outlet, times, sink, sent) = (videoOutlet, media.times, sink, SentPackets())
        var handlers = MediaTransport.Handlers()
        handlers.sending = { sent.note($0, size: $1, isPadding: $2, at: $3) }
        handlers.frameSent = { source, timestamp, packetised, now in
            guard source == picture else { return }
            if let queued = outlet.queuedTime(of: timestamp) { times.packetise.record(from: queued, to: packetised) }
            times.send.record(from: packetised, to: now)
            times.wire.record(from: timestamp, to: now)
        }
        let streams = streams(picture, sound, answered)
        let transport = try MediaTransport(through: bin, streams, name: answered.name(of: picture), handlers)
        self.transport = transport
        pictureSource = picture
        video.open { transport.send($0, of: picture) }
        if let sound { audio.open { transport.send($0, of: sound) } }
        var wishes = FeedbackTap.Handlers()
        wishes.results = { [onFeedback] in if onFeedback($0, $1) { sink.yield(.decisionDue) } }
        wishes.missing = { transport.repair($0, of: $1) }
        wishes.keyframeWanted = { outlet.requestKeyframe() }
        let clocks = Dictionary(uniqueKeysWithValues: streams.map { ($0.source, $0.clock) })
        let feedback = FeedbackTap(of: sent, clocks: clocks, wishes)
        self.feedback = feedback
        probes.append(
            try bin.takeFeedback { packet in
                _ = packet.withBytes { feedback.take($0, at: Runtime.now()) }
            })
    }

    private func streams(_ picture: UInt32, _ sound: UInt32?, _ answered: SentStreams) -> [MediaTransport.Stream] {
        let repair = offer.video.repairType.flatMap { type in
            answered.repair(of: picture).map { MediaTransport.Repair(source: $0, payloadType: UInt8(type)) }
        }
        var streams = [
            MediaTransport.Stream(
                source: picture, format: offer.codec == .h264 ? .h264 : .vp8,
                payloadType: UInt8(offer.video.payloadType), clock: 90_000, timestampOffset: timestampOffset,
                transportWide: offer.extensions.transportWide, playoutDelay: offer.extensions.playoutDelay,
                repair: repair)
        ]
        if let sound, let choice = offer.audio {
            streams.append(
                MediaTransport.Stream(
                    source: sound, format: .opus, payloadType: UInt8(choice.payloadType), clock: 48_000,
                    timestampOffset: UInt32.random(in: 0...UInt32.max)))
        }
        return streams
    }

    /// - Returns: the section's SSRC.
    private func addSection(_ choice: Offer.Choice, codec: String, clock: Int32) throws -> UInt32 {
        // Chosen here, because webrtcbin announces in the answer only what it finds in the capabilities: without it
        // browsers decode the stream but attach it to no track.
        let source = UInt32.random(in: 1...UInt32.max)
        var fields: [String: Value] = [
            "media": .string(clock == 90000 ? "video" : "audio"), "encoding-name": .string(codec),
            "payload": .int(Int32(choice.payloadType)), "clock-rate": .int(clock), "ssrc": .uint(source),
        ]
        // webrtcbin answers no header extension that is not named here, whatever the offer has.
        for (id, uri) in clock == 90000 ? offer.extensions.all : [] { fields["extmap-\(id)"] = .string(uri) }
        // Different stream ids, or browsers hold the video back to match the sound.
        try bin.sender(
            section: choice.section, codec: Caps("application/x-rtp", fields),
            streamID: clock == 90000 ? "loco-video" : "loco-audio")
        return source
    }
}
