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

    @Test("Credentials pass through a URI whatever they hold")
    func escaping() {
        #expect(WebRTCBin.percentEscaped("17:Az-._~/+=@\n") == "17%3AAz-._~%2F%2B%3D%40%0A")
    }

    @Test("STUN and TURN servers are taken, and one that is none is refused without its credentials")
    func servers() throws {
        let bin = try WebRTCBin()
        try bin.useSTUNServer(host: "127.0.0.1", port: 3478)
        for transport in ["udp", "tcp"] {
            try bin.addTURNServer(
                host: "127.0.0.1", port: 3478, transport: transport, username: "1:a", password: "b/+=")
        }
        #expect {
            try bin.addTURNServer(host: "[", port: 1, transport: "udp", username: "name", password: "password")
        } throws: { error in
            !"\(error)".contains("password") && "\(error)".contains("turn:[:1")
        }
    }
}
