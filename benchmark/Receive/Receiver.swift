import Foundation
import GStreamer
import Synchronization

/// The receiving side of a WebRTC connection: counts and notes what comes; decodes nothing unless it is given where to.
///
/// It does what a browser's side would, as far as the sender notices: transport-wide feedback, a keyframe request when
/// something was lost, the data channel `input` with a heartbeat.
actor Receiver {
    nonisolated let meter: RTPMeter
    nonisolated let inbox = ChannelLog()
    private let codec: VideoCodec
    private let pipeline: Pipeline
    private nonisolated let bin: WebRTCBin
    /// Never sees a buffer: it is the way to send keyframe requests upstream.
    private let sink: AppSink
    /// Where media is decoded; nil for a receiver that only counts.
    private nonisolated let decoded: DecodedMedia?
    private nonisolated let trouble = Atomic<Bool>(false)
    private var channel: DataChannel?
    private var connections: [SignalConnection] = []
    private var attending: Task<Void, Never>?
    private nonisolated let probes = Mutex<[PadProbe]>([])

    /// - Parameters:
    ///   - name: in logs of GStreamer.
    ///   - decoded: what decodes the same codec.
    init(name: String, codec: VideoCodec, decoded: DecodedMedia? = nil) throws {
        self.codec = codec
        self.decoded = decoded
        meter = RTPMeter(codec: codec)
        pipeline = try Pipeline("viewer-\(name)")
        bin = try WebRTCBin()
        sink = try AppSink { _ in }
    }

    /// Makes the offer, with all candidates.
    ///
    /// - Parameters:
    ///   - addresses: local ones to offer.
    ///   - withChannel: whether to open the data channel, as a browser does.
    ///   - patience: milliseconds to wait for packets that are sent again.
    func makeOffer(
        on addresses: [String] = ["127.0.0.1"], withChannel: Bool = true, patience: UInt32 = 0
    ) async throws -> String {
        try bin.set("latency", .uint(patience))
        try await pipeline.add([bin, sink])
        try await decoded?.add(to: pipeline)
        try await pipeline.prepare()
        try bin.gather(from: addresses)
        try bin.addReceiver(codec: codec.caps(payload: RTPMeter.videoPayload))
        try bin.addReceiver(
            codec: Caps(
                "application/x-rtp",
                [
                    "media": "audio", "encoding-name": "OPUS", "payload": .int(RTPMeter.audioPayload),
                    "clock-rate": 48000, "encoding-params": "2",
                ]))
        if withChannel {
            let channel = try bin.openDataChannel("input")
            connections.append(try channel.onMessage { [inbox] in inbox.append($0) })
            connections.append(
                try channel.connect("on-error") { [weak self] _ in self?.trouble.store(true, ordering: .relaxed) })
            self.channel = channel
        }
        connections.append(try bin.onPad { [weak self] pad in self?.watch(pad) })
        try await pipeline.play()
        try await bin.setLocal(.offer, try await bin.createOffer())
        let limit = 10
        try await Patience.wait(seconds: limit) {
            (try? bin.get("ice-gathering-state").integer) == 2  // complete
        } otherwise: {
            .noCandidates(addresses: addresses, seconds: limit)
        }
        return try bin.localDescription() ?? ""
    }

    /// Takes the answer; media comes once the connection stands.
    func accept(_ answer: String) async throws {
        try await bin.setRemote(.answer, answer)
        attending = Task { [weak self] in
            var tick = 0
            while !Task.isCancelled {
                await self?.attend(tick)
                tick += 1
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Sends a message over the data channel.
    ///
    /// - Returns: whether the channel is open.
    @discardableResult
    func send(_ text: String) -> Bool {
        guard let channel, channel.isOpen else { return false }
        channel.send(text)
        return true
    }

    /// The connection's states now. Not to be called from its own signal handlers.
    var states: LinkStates {
        LinkStates(
            ice: (try? bin.get("ice-connection-state").integer).flatMap(LinkStates.ICE.init),
            connection: (try? bin.get("connection-state").integer).flatMap(LinkStates.Connection.init),
            isChannelOpen: channel?.isOpen ?? false, hasChannelFailed: trouble.load(ordering: .relaxed))
    }

    /// The pipeline's graph in Graphviz's language.
    func graph() async -> String { await pipeline.graph() }

    /// Ends this side of the connection. Safe to call in any state.
    ///
    /// - Parameter silently: the data channel is not closed first, which would tell the other side.
    func stop(silently: Bool = false) async {
        attending?.cancel()
        await attending?.value
        attending = nil
        if !silently { channel?.close() }
        channel = nil
        for connection in connections { connection.disconnect() }
        connections = []
        probes.withLock { $0 = [] }
        await pipeline.stop()
    }

    /// Every 100 ms: heartbeat, and a keyframe request at most twice a second.
    private func attend(_ tick: Int) {
        if tick % 20 == 19 { send(#"{"type":"ping","ts":\#(Runtime.now() / 1_000_000)}"#) }
        if tick % 5 == 4, meter.firstVideoAt != nil, meter.needsKeyframe {
            (decoded?.videoSink ?? sink).requestKeyframe()
        }
    }

    /// libwebrtc reports every 100 ms at these bitrates (RemoteEstimatorProxy), and not after every frame as GStreamer
    /// does: thrice the work for the sender.
    private nonisolated func reportAsBrowsersDo() {
        do { try bin.setFeedbackInterval(100_000_000) } catch {
            ProgressLine.show("a viewer reports after every frame: \(error)")
        }
    }

    /// At once: data that meets a pad with neither probe nor peer ends the connection.
    private nonisolated func watch(_ pad: Pad) {
        reportAsBrowsersDo()
        let meter = meter
        let verdict = decoded == nil ? Pad.Verdict.drop : .pass
        let probe = pad.probeBuffers { buffer in
            _ = buffer.withBytes { meter.count($0) }
            return verdict
        }
        probes.withLock { $0.append(probe) }
        if let decoded {
            do { try decoded.take(pad) } catch { ProgressLine.show("a viewer cannot decode: \(error)") }
            return
        }
        // Sound finds no peer and needs none.
        if case .caps(let caps)? = try? pad.get("caps"), caps["media"]?.text == "video" {
            do { try pad.link(to: try sink.pad("sink")) } catch {
                ProgressLine.show("a viewer cannot ask for keyframes: \(error)")
            }
        }
    }
}
