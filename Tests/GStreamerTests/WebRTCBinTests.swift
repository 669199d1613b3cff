import Synchronization
import TestSupport
import Testing

@testable import GStreamer

@Suite("webrtcbin", .serialized, .timeLimit(.minutes(1)))
struct WebRTCBinTests {
    init() throws { try Runtime.start() }

    @Test("An offer is made with a data channel, and everything is released afterwards")
    func offer() async throws {
        let before = LiveObjects.count
        do {
            let pipeline = try Pipeline("offer")
            let bin = try WebRTCBin()
            try await pipeline.add([bin])
            try await pipeline.prepare()
            try bin.gather(from: ["127.0.0.1"])
            try bin.addReceiver(
                codec: Caps(
                    "application/x-rtp",
                    [
                        "media": "video", "encoding-name": "VP8", "payload": 96, "clock-rate": 90000,
                    ]))
            let channel = try bin.openDataChannel("input")
            #expect(channel.label == "input")
            #expect(!channel.isOpen)
            try await pipeline.play()
            let offer = try await bin.createOffer()
            #expect(offer.contains("VP8/90000"))
            #expect(offer.contains("webrtc-datachannel"))
            await pipeline.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }
}
