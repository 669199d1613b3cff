import GStreamer

/// The bare pipeline that Loco is compared with: capture, encoder, payloader and `webrtcbin` of one viewer in one
/// GStreamer pipeline, as `gst-launch-1.0` would run it.
///
/// `gst-launch-1.0` itself cannot answer an offer, so this process does only that: nothing of Loco's capture, gate,
/// fan-out, sessions or servers is in it.
struct FloorPipeline {
    private let pipeline: Pipeline
    private let bin: WebRTCBin

    init() throws {
        pipeline = try Pipeline("floor")
        bin = try WebRTCBin(name: "webrtc")
    }

    /// Answers an offer of ``Receiver`` and streams.
    ///
    /// - Parameter withSound: without it the latency of `pulsesrc` delays no picture: sinks of one pipeline share theirs.
    /// - Returns: the answer with all candidates.
    func answer(_ offer: String, _ sources: GuestSources, withSound: Bool) async throws -> String {
        try await pipeline.add([bin])
        try bin.gather(from: ["127.0.0.1"])
        try await pipeline.prepare()
        try await addVideo(sources)
        if withSound { try await addSound(sources) }
        try await pipeline.play()
        try await bin.setRemote(.offer, offer)
        try await bin.setLocal(.answer, try await bin.createAnswer())
        let limit = 10
        try await Patience.wait(seconds: limit) {
            (try? bin.get("ice-gathering-state").integer) == 2  // complete
        } otherwise: {
            .noCandidates(addresses: ["127.0.0.1"], seconds: limit)
        }
        return try bin.localDescription() ?? ""
    }

    func stop() async { await pipeline.stop() }

    private func addVideo(_ sources: GuestSources) async throws {
        let raw = "video/x-raw,framerate=\(FloorSettings.framesPerSecond)/1"
        let source = UInt32.random(in: 1...UInt32.max)
        // Timestamps from zero: the time of capture can be read off them.
        let payloader = try Element(
            "rtph264pay",
            [
                "pt": .uint(UInt32(RTPMeter.videoPayload)), "mtu": .uint(1200), "config-interval": .int(-1),
                "aggregate-mode": "zero-latency", "ssrc": .uint(source), "timestamp-offset": .uint(0),
            ])
        try await pipeline.chain([
            try Self.element("ximagesrc", FloorSettings.capture(sources)), try Self.filter(raw),
            try Element("videoconvert"), try Self.element("x264enc", FloorSettings.x264),
            try Self.filter(FloorSettings.h264), payloader,
        ])
        let caps = Caps(
            "application/x-rtp",
            [
                "media": "video", "encoding-name": "H264", "payload": .int(RTPMeter.videoPayload), "clock-rate": 90000,
                "ssrc": .uint(source),
            ])
        try payloader.pad("src").link(to: try bin.sender(section: 0, codec: caps, streamID: "floor-video"))
    }

    private func addSound(_ sources: GuestSources) async throws {
        let source = UInt32.random(in: 1...UInt32.max)
        let payloader = try Element(
            "rtpopuspay", ["pt": .uint(UInt32(RTPMeter.audioPayload)), "mtu": .uint(1200), "ssrc": .uint(source)])
        var capture = FloorSettings.pulse
        capture["server"] = sources.pulse
        capture["device"] = GuestSources.soundDevice
        try await pipeline.chain([
            try Self.element("pulsesrc", capture), try Self.filter(FloorSettings.sound),
            try Self.element("opusenc", FloorSettings.opus), payloader,
        ])
        let caps = Caps(
            "application/x-rtp",
            [
                "media": "audio", "encoding-name": "OPUS", "payload": .int(RTPMeter.audioPayload), "clock-rate": 48000,
                "ssrc": .uint(source),
            ])
        try payloader.pad("src").link(to: try bin.sender(section: 1, codec: caps, streamID: "floor-audio"))
    }

    private static func element(_ factory: String, _ properties: [String: String]) throws -> Element {
        try Element(factory, properties.mapValues { .string($0) })
    }

    private static func filter(_ caps: String) throws -> Element {
        try Element("capsfilter", ["caps": .string(caps)])
    }
}
