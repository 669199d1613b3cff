import Synchronization
import TestSupport
import Testing

@testable import GStreamer
@testable import Signaling

/// A viewer made of `webrtcbin`: offers, counts the RTP packets it gets, and talks on the data channel.
actor Receiver {
    nonisolated let packets = Counter()
    nonisolated let messages = Mutex<[String]>([])
    private let pipeline: Pipeline
    private let bin: WebRTCBin
    private var channel: DataChannel?
    private var connections: [SignalConnection] = []
    private nonisolated let probes = Mutex<[PadProbe]>([])

    /// Packets of the picture that were lost on purpose, and that were sent again.
    nonisolated let (lost, repaired) = (Counter(), Counter())
    private let feedback: Bool
    private let patience: UInt32
    private let onPacket: @Sendable (UnsafeRawBufferPointer) -> Void

    /// - Parameters:
    ///   - feedback: whether it offers transport-wide feedback, as browsers do and others do not.
    ///   - patience: milliseconds to wait for packets that are sent again; 0: none is asked for.
    ///   - onPacket: sees every RTP packet in its order, on threads of the pipeline.
    init(
        feedback: Bool = true, patience: UInt32 = 0,
        onPacket: @escaping @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }
    ) throws {
        self.feedback = feedback
        self.patience = patience
        self.onPacket = onPacket
        pipeline = try Pipeline("receiver")
        bin = try WebRTCBin()
    }

    func offer(codec: String = "VP8") async throws -> String {
        try bin.set("latency", .uint(patience))
        try await pipeline.add([bin])
        try await pipeline.prepare()
        try bin.gather(from: ["127.0.0.1"])
        var video: [String: Value] = [
            "media": "video", "encoding-name": .string(codec), "payload": 96, "clock-rate": 90000,
            "extmap-5": .string(HeaderExtensions.playoutDelayURI),
        ]
        if feedback {
            video["extmap-3"] = .string(HeaderExtensions.transportWideURI)
            video["rtcp-fb-transport-cc"] = true
        }
        if codec == "H264" {
            video["packetization-mode"] = "1"
            video["profile-level-id"] = "42e01f"
        }
        // webrtcbin writes header extensions into its own offer only in this way.
        try bin.addReceiver(codec: Caps("application/x-rtp", video), repairs: patience > 0)
        try bin.addReceiver(
            codec: Caps(
                "application/x-rtp",
                [
                    "media": "audio", "encoding-name": "OPUS", "payload": 97, "clock-rate": 48000,
                    "encoding-params": "2",
                ]))
        let channel = try bin.openDataChannel("input")
        connections.append(try channel.onMessage { [weak self] text in self?.messages.withLock { $0.append(text) } })
        self.channel = channel
        // At once: data that meets a pad without probe or peer ends the connection.
        connections.append(
            try bin.onPad { [weak self] pad in
                guard let self else { return }
                let (packets, onPacket) = (packets, onPacket)
                let probe = pad.probeBuffers { packet in
                    packets.increment()
                    _ = packet.withBytes(onPacket)
                    return .drop
                }
                probes.withLock { $0.append(probe) }
            })
        try await pipeline.play()
        try await bin.setLocal(.offer, try await bin.createOffer())
        try await eventually("candidates") { ((try? bin.get("ice-gathering-state").integer) == 2, "not gathered") }
        return try bin.localDescription() ?? ""
    }

    func accept(_ answer: String) async throws { try await bin.setRemote(.answer, answer) }

    func say(_ text: String) { channel?.send(text) }

    /// Sends nothing any more, as if its machine had been cut off.
    func vanish() throws {
        let socket = try #require(Element.firstInside(bin, factory: "nicesink"))
        let probe = try socket.pad("sink").probeBuffers { _ in .drop }
        probes.withLock { $0.append(probe) }
    }

    /// Loses every so-manieth packet of the picture from here on.
    func lose(one part: Int) throws {
        let socket = try #require(Element.firstInside(bin, factory: "nicesrc"))
        // What webrtcbin 1.22 does itself only for streams that the description gave an SSRC before they came.
        try #require(Element.firstInside(bin, factory: "rtpjitterbuffer")).set("do-retransmission", true)
        let (lost, repaired, passed) = (lost, repaired, Counter())
        let probe = try socket.pad("src").probeBuffers { packet in
            // The header is readable, and the payload types are RTP's or RTCP's.
            let type = packet.withBytes { $0.count > 12 && $0[0] >> 6 == 2 ? $0[1] & 0x7f : nil } ?? nil
            switch type {
            case 96:
                passed.increment()
                guard passed.value % part == 0 else { return .pass }
                lost.increment()
                return .drop
            case .some(98...127): repaired.increment()
            default: break
            }
            return .pass
        }
        probes.withLock { $0.append(probe) }
    }

    /// Lets nothing of the data channel's transport out. To be called after the offer.
    func muteAssociation() throws {
        let association = try #require(Element.firstInside(bin, factory: "sctpenc"))
        let probe = try association.pad("src").probeBuffers { _ in .drop }
        probes.withLock { $0.append(probe) }
    }

    var isOpen: Bool { channel?.isOpen ?? false }

    func stop() async {
        channel?.close()
        for connection in connections { connection.disconnect() }
        connections = []
        channel = nil
        probes.withLock { $0 = [] }
        await pipeline.stop()
    }
}
