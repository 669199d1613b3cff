import GStreamer
import Logging
import Pipelines
import Probe
import Synchronization

/// One viewer's peer connection: two sources, and a pipeline of their packetisers and `webrtcbin`.
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
    private let video = PushSource(name: "video")
    private let audio = PushSource(name: "audio")
    private let sink: EventSink
    private let logger: Logger
    private var connections: [SignalConnection] = []
    private var probes: [PadProbe] = []
    private var stage: PacketStage?
    private var videoSource: UInt32 = 0
    private var audioSource: UInt32?
    private var feedback: FeedbackTap?
    private nonisolated let packetisedAt = FrameTimes()
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

    init(id: ViewerID, offer: Offer, media: GuestMedia, ice: ICESettings, logger: Logger) throws {
        self.offer = offer
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
        try await addVideo()
        if let choice = offer.audio {
            let payloader = try Element("rtpopuspay", ["pt": .uint(UInt32(choice.payloadType)), "mtu": .uint(1200)])
            audioSource = try await addSection(choice, audio, payloader, codec: "OPUS", clock: 48000)
        }
        try await pipeline.play()
        try await bin.setRemote(.offer, offer.reduced)
        let answer = try await bin.createAnswer()
        try await bin.setLocal(.answer, answer)
        await gathered.wait(seconds: Self.gatheringLimit) { [bin] in
            (try? bin.get("ice-gathering-state").integer) == 2  // complete
        }
        watchTransport()
        guard let complete = try bin.localDescription() else {
            throw GStreamerError.promiseFailed(operation: "answer", reason: "no local description")
        }
        return ice.announcing(complete)
    }

    /// How far the association of the data channel is; nil where none was negotiated.
    var association: SCTPState? { stopped ? nil : bin.sctpState }

    /// Sends packets that are all padding; see ``PacketStage/sendPadding(packets:)``.
    func sendPadding(packets: Int) -> Int { stage?.sendPadding(packets: packets) ?? 0 }

    /// Bytes of video packets sent so far, retransmissions and padding left out.
    var mediaBytes: Int { stage?.bytesPassed ?? 0 }

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
        stage?.remove()
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

    private func addVideo() async throws {
        var properties: [String: Value] = [
            "pt": .uint(UInt32(offer.video.payloadType)), "mtu": .uint(1200),
            "timestamp-offset": .uint(timestampOffset),
        ]
        let payloader: Element
        switch offer.codec {
        case .h264:
            // Every encoder puts the parameter sets before its keyframes. `rtph264pay` would put them before each slice of
            // one, and decoders take that for several pictures.
            properties["config-interval"] = .int(0)
            properties["aggregate-mode"] = "zero-latency"
            payloader = try Element("rtph264pay", properties)
        case .vp8:
            properties["picture-id-mode"] = "15-bit"
            payloader = try Element("rtpvp8pay", properties)
        }
        videoSource = try await addSection(offer.video, video, payloader, codec: offer.codec.encodingName, clock: 90000)
        var handlers = PacketStage.Handlers()
        let (outlet, times, packetisedAt) = (videoOutlet, media.times, packetisedAt)
        handlers.keyframeRequested = { outlet.requestKeyframe() }
        handlers.packetised = { timestamp in
            let now = Runtime.now()
            if let queued = outlet.queuedTime(of: timestamp) { times.packetise.record(from: queued, to: now) }
            packetisedAt.mark(timestamp, at: now)
        }
        stage = PacketStage(
            on: try payloader.pad("src"),
            PacketStage.Stream(
                source: videoSource, payloadType: UInt8(offer.video.payloadType),
                playoutDelay: offer.extensions.playoutDelay, transportWide: offer.extensions.transportWide), handlers)
    }

    /// Measures the last stage of each frame's way, to the socket, and takes what the viewer reports.
    private func watchTransport() {
        let (times, packetisedAt, source, sink) = (media.times, packetisedAt, videoSource, sink)
        var clocks = [source: 90_000]
        if let audioSource { clocks[audioSource] = 48_000 }
        let feedback = FeedbackTap(clocks: clocks) { sink.yield(.reported($0)) }
        self.feedback = feedback
        let transportWide = offer.extensions.transportWide
        do throws(GStreamerError) { try bin.quietSegments() } catch {
            logger.warning("segments are repeated: \(error)")
        }
        do throws(GStreamerError) {
            probes.append(
                try bin.watchSending { packet in
                    guard let header = packet.packetHeader(transportWide: transportWide),
                        header.transportWide != nil || header.source == source
                    else { return }
                    let now = Runtime.now()
                    feedback.sending(header, size: packet.size, at: now)
                    guard header.marker, header.source == source, let timestamp = packet.timestamp,
                        let packetised = packetisedAt.time(of: timestamp)
                    else { return }
                    times.send.record(from: packetised, to: now)
                    times.wire.record(from: timestamp, to: now)
                })
            probes.append(
                try bin.watchFeedback { packet in
                    packet.withBytes { feedback.take($0, at: Runtime.now()) } == true ? .drop : .pass
                })
        } catch { logger.warning("the viewer's path is not measured: \(error)") }
    }

    /// - Returns: the section's SSRC.
    private func addSection(
        _ choice: Offer.Choice, _ feed: PushSource, _ payloader: Element, codec: String, clock: Int32
    ) async throws -> UInt32 {
        // Chosen here, because webrtcbin announces in the answer only what it finds in the capabilities: without it
        // browsers decode the stream but attach it to no track.
        let source = UInt32.random(in: 1...UInt32.max)
        try payloader.set("ssrc", .uint(source))
        try await pipeline.add([payloader])
        try feed.link(to: try payloader.pad("sink"))
        var fields: [String: Value] = [
            "media": .string(clock == 90000 ? "video" : "audio"), "encoding-name": .string(codec),
            "payload": .int(Int32(choice.payloadType)), "clock-rate": .int(clock), "ssrc": .uint(source),
        ]
        // webrtcbin answers no header extension that is not named here, whatever the offer has.
        for (id, uri) in clock == 90000 ? offer.extensions.all : [] { fields["extmap-\(id)"] = .string(uri) }
        let caps = Caps("application/x-rtp", fields)
        // Different stream ids, or browsers hold the video back to match the sound.
        let sender = try bin.sender(
            section: choice.section, codec: caps, streamID: clock == 90000 ? "loco-video" : "loco-audio")
        try payloader.pad("src").link(to: sender)
        return source
    }
}
