import GStreamer
import Logging
import Pipelines

/// Makes one connection that nobody will use, so that the first viewer does not wait for what happens once in a
/// process: plugins are loaded, and DTLS makes its certificate. That takes the better part of a second.
enum PeerWarmUp {
    static func run(_ choice: EncoderChoice, codecs: [VideoCodec], logger: Logger) async {
        do {
            let pipeline = try Pipeline("warm-up")
            let bin = try WebRTCBin()
            try await pipeline.add([bin])
            do { try await negotiate(pipeline, bin) } catch { logger.debug("warm-up cut short: \(error)") }
            await pipeline.stop()
            try MediaLibrary.loadEncoders(choice, for: codecs)
        } catch {
            // Whoever needs the missing part will be told by name.
            logger.debug("warm-up cut short: \(error)")
        }
    }

    private static func negotiate(_ pipeline: Pipeline, _ bin: WebRTCBin) async throws {
        try await pipeline.prepare()
        try bin.gather(from: ["127.0.0.1"])
        try bin.addReceiver(
            codec: Caps(
                "application/x-rtp",
                ["media": "video", "encoding-name": "VP8", "payload": 96, "clock-rate": 90000]))
        let channel = try bin.openDataChannel("input")
        try await pipeline.play()
        try await bin.setLocal(.offer, try await bin.createOffer())
        channel.close()
    }
}
