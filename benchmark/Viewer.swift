import GStreamer
import Synchronization

/// A viewer of one guest: receives and counts, decodes nothing.
actor Viewer {
    nonisolated let instance: String
    nonisolated let meter = RTPMeter()
    private let hub: HubClient
    private let pipeline: Pipeline
    private let bin: WebRTCBin
    private var channel: DataChannel?
    private var connection: SignalConnection?
    private var session: String?
    private nonisolated let probes = Mutex<[PadProbe]>([])

    init(of instance: String, hub: HubClient) throws {
        self.instance = instance
        self.hub = hub
        pipeline = try Pipeline("viewer-\(instance)")
        bin = try WebRTCBin()
    }

    /// Joins and waits for the first video packet.
    ///
    /// - Parameter log: the node's log, for the error.
    func join(codec: VideoCodec, log: String) async throws -> JoinTimes {
        let offer = try await makeOffer(codec)
        let start = Runtime.now()
        let reply = try await hub.offer(offer, to: instance)
        let answered = Runtime.now()
        session = reply.session
        try await bin.setRemote(.answer, reply.answer)
        let limit = 15
        try await wait(seconds: limit, for: { meter.firstVideoAt != nil }) {
            .noVideo(instance: instance, seconds: limit, log: log)
        }
        let first = meter.firstVideoAt ?? Runtime.now()
        return JoinTimes(answer: Self.milliseconds(start, answered), firstVideo: Self.milliseconds(start, first))
    }

    /// Ends the session at the node and this side of it. Safe to call in any state.
    ///
    /// - Throws: what the hub says against it; this side is down all the same.
    func leave() async throws {
        let ended: Result<Void, any Error>
        do {
            if let session { try await hub.end(session: session) }
            ended = .success(())
        } catch { ended = .failure(error) }
        session = nil
        channel?.close()
        channel = nil
        connection?.disconnect()
        connection = nil
        probes.withLock { $0 = [] }
        await pipeline.stop()
        try ended.get()
    }

    private func makeOffer(_ codec: VideoCodec) async throws -> String {
        try await pipeline.add([bin])
        try await pipeline.prepare()
        try bin.gather(from: ["127.0.0.1"])
        try bin.addReceiver(codec: codec.caps(payload: RTPMeter.videoPayload))
        try bin.addReceiver(
            codec: Caps(
                "application/x-rtp",
                [
                    "media": "audio", "encoding-name": "OPUS", "payload": .int(RTPMeter.audioPayload),
                    "clock-rate": 48000, "encoding-params": "2",
                ]))
        // As a browser does: the channel costs the node its part.
        channel = try bin.openDataChannel("input")
        connection = try bin.onPad { [weak self] pad in self?.watch(pad) }
        try await pipeline.play()
        try await bin.setLocal(.offer, try await bin.createOffer())
        let limit = 10
        try await wait(seconds: limit, for: { (try? bin.get("ice-gathering-state").integer) == 2 }) {
            .noCandidates(seconds: limit)
        }
        return try bin.localDescription() ?? ""
    }

    /// At once: data that meets a pad with neither probe nor peer ends the connection.
    private nonisolated func watch(_ pad: Pad) {
        let meter = meter
        let probe = pad.probeBuffers { buffer in
            _ = buffer.withBytes { meter.count($0) }
            return .drop
        }
        probes.withLock { $0.append(probe) }
    }

    private func wait(
        seconds: Int, for condition: () -> Bool, otherwise failure: () -> BenchError
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !condition() {
            guard ContinuousClock.now < deadline else { throw failure() }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private static func milliseconds(_ start: UInt64, _ end: UInt64) -> Double {
        end > start ? Double(end - start) / 1e6 : 0
    }
}
