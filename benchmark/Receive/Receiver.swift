import Foundation
import GStreamer
import Synchronization

/// The receiving side of a WebRTC connection: counts and notes what comes, decodes nothing.
///
/// It does what a browser's side would, as far as the sender notices: transport-wide feedback, a keyframe request when
/// something was lost, the data channel `input` with a heartbeat.
actor Receiver {
    nonisolated let meter: RTPMeter
    nonisolated let inbox = ChannelLog()
    private let codec: VideoCodec
    private let pipeline: Pipeline
    private let bin: WebRTCBin
    /// Never sees a buffer: it is the way to send keyframe requests upstream.
    private let sink: AppSink
    private var channel: DataChannel?
    private var connections: [SignalConnection] = []
    private var attending: Task<Void, Never>?
    private nonisolated let probes = Mutex<[PadProbe]>([])

    /// - Parameter name: in logs of GStreamer.
    init(name: String, codec: VideoCodec) throws {
        self.codec = codec
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

    /// Ends this side of the connection. Safe to call in any state.
    func stop() async {
        attending?.cancel()
        await attending?.value
        attending = nil
        channel?.close()
        channel = nil
        for connection in connections { connection.disconnect() }
        connections = []
        probes.withLock { $0 = [] }
        await pipeline.stop()
    }

    /// Every 100 ms: heartbeat, and a keyframe request at most twice a second.
    private func attend(_ tick: Int) {
        if tick % 20 == 19 { send(#"{"type":"ping","ts":\#(Runtime.now() / 1_000_000)}"#) }
        if tick % 5 == 4, meter.firstVideoAt != nil, meter.needsKeyframe { sink.requestKeyframe() }
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
        let probe = pad.probeBuffers { buffer in
            _ = buffer.withBytes { meter.count($0) }
            return .drop
        }
        probes.withLock { $0.append(probe) }
        // Sound finds no peer and needs none.
        if case .caps(let caps)? = try? pad.get("caps"), caps["media"]?.text == "video" {
            do { try pad.link(to: try sink.pad("sink")) } catch {
                ProgressLine.show("a viewer cannot ask for keyframes: \(error)")
            }
        }
    }
}
