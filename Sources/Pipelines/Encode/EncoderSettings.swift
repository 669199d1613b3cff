import GStreamer

/// The one table of low-latency encoder settings.
///
/// Common to all: keyframes only on request, no frame reordering, no look-ahead, and a rate-control buffer of about
/// one and a half frames, so that no frame waits in the encoder or bursts on the wire.
package enum EncoderSettings {
    /// The largest quantiser at which small text can be read.
    package static let legible: UInt32 = 35
    /// The largest quantiser of renditions that are scaled down.
    static let coarse: UInt32 = 46

    /// The elements between raw frames and an encoded stream, in order.
    ///
    /// - Parameters:
    ///   - bitrate: kbit/s.
    ///   - rate: frames per second at most.
    ///   - coarsest: the largest quantiser of H.264. It is a floor under the bitrate too: 35 keeps text legible, while a
    ///     small rendition for slow paths has to come down with its bitrate.
    ///   - isSmall: a single thread is done soon enough. Each further one costs a slice, and a wake-up, for every frame.
    package static func video(
        _ encoder: VideoEncoder, bitrate: Int, rate: Int, coarsest: UInt32 = legible, isSmall: Bool = false
    ) throws(GStreamerError) -> [Element] {
        switch encoder {
        case .x264:
            let element = try Element(
                "x264enc",
                [
                    "tune": "zerolatency", "speed-preset": "superfast", "bitrate": .uint(UInt32(bitrate)),
                    "vbv-buf-capacity": .uint(UInt32(max(20, 1500 / rate))), "key-int-max": .uint(1 << 30),
                    "bframes": .uint(0), "b-adapt": false, "rc-lookahead": .int(0), "sync-lookahead": .int(0),
                    "mb-tree": false, "aud": false, "byte-stream": true, "qp-max": .uint(coarsest),
                    "threads": .uint(isSmall ? 1 : 2),
                    "option-string": "scenecut=0",
                ])
            return [element, try Element("capsfilter", ["caps": .caps(h264)])]
        case .openh264:
            // Not for "screen": there it keeps the quantiser between 26 and 35 and pays no heed to the bitrate.
            let element = try Element(
                "openh264enc",
                [
                    "usage-type": "camera", "complexity": "low", "rate-control": "bitrate",
                    "bitrate": .uint(UInt32(bitrate * 1000)), "max-bitrate": .uint(UInt32(bitrate * 1000)),
                    "gop-size": .uint(1 << 30), "enable-frame-skip": false, "scene-change-detection": false,
                    "qp-max": .uint(coarsest), "multi-thread": .uint(isSmall ? 1 : 2),
                ])
            return [element] + (try parsed())
        case .vp8:
            // One thread: libvpx's wait for each other in loops that spin. At 640x480 and 30/s two took 51 % of a core
            // where one takes 10, and more guests than cores had no frames left. One makes 1920x1080 at 30/s.
            let element = try Element(
                "vp8enc",
                [
                    "deadline": .int64(1), "cpu-used": .int(-16), "end-usage": "cbr", "lag-in-frames": .int(0),
                    "keyframe-mode": "disabled", "max-intra-bitrate": .int(250), "undershoot": .int(25),
                    "overshoot": .int(10), "buffer-size": .int(150), "buffer-initial-size": .int(100),
                    "buffer-optimal-size": .int(120), "threads": .int(1), "error-resilient": "default",
                    "static-threshold": .int(100), "target-bitrate": .int(Int32(bitrate * 1000)),
                ])
            return [element]
        case .nvenc:
            let element = try Element(
                "nvh264enc",
                [
                    "preset": "low-latency-hp", "rc-mode": "cbr-ld-hq", "zerolatency": true, "bframes": .uint(0),
                    "gop-size": .int(-1), "bitrate": .uint(UInt32(bitrate)), "qp-max": .int(Int32(coarsest)),
                ])
            return [element] + (try parsed())
        case .vah264:
            let element = try Element(
                "vah264enc",
                [
                    "rate-control": "cbr", "bitrate": .uint(UInt32(bitrate)), "b-frames": .uint(0),
                    "key-int-max": .uint(1024), "ref-frames": .uint(1), "target-usage": .uint(7),
                    "cpb-size": .uint(UInt32(max(1, bitrate * 3 / (2 * rate)))),
                ])
            return [element] + (try parsed())
        case .vaapi:
            let element = try Element(
                "vaapih264enc",
                [
                    "rate-control": "cbr", "bitrate": .uint(UInt32(bitrate)), "max-bframes": .uint(0),
                    "keyframe-period": .uint(0), "tune": "low-power", "quality-level": .uint(7),
                ])
            return [element] + (try parsed())
        }
    }

    /// Sets the bitrate of a running encoder, in kbit/s. The first of
    /// ``video(_:bitrate:rate:coarsest:isSmall:)``'s elements encodes.
    static func setBitrate(_ bitrate: Int, of element: Element, _ encoder: VideoEncoder) throws(GStreamerError) {
        switch encoder {
        case .x264, .nvenc, .vah264, .vaapi: try element.set("bitrate", .uint(UInt32(bitrate)))
        case .openh264:
            // In this order, or one exceeds the other for a moment, which it refuses.
            let rising = (try element.get("max-bitrate").integer ?? 0) < Int64(bitrate * 1000)
            for property in rising ? ["max-bitrate", "bitrate"] : ["bitrate", "max-bitrate"] {
                try element.set(property, .uint(UInt32(bitrate * 1000)))
            }
        case .vp8: try element.set("target-bitrate", .int(Int32(bitrate * 1000)))
        }
    }

    /// What hardware encoders need behind them for the stream that browsers take.
    private static func parsed() throws(GStreamerError) -> [Element] {
        [
            try Element("h264parse", ["config-interval": .int(-1)]),
            try Element("capsfilter", ["caps": .caps(h264)]),
        ]
    }

    /// Opus for play: 10 ms frames, no algorithmic delay beyond them.
    ///
    /// - Parameter bitrate: kbit/s.
    static func opus(bitrate: Int) throws(GStreamerError) -> Element {
        try Element(
            "opusenc",
            [
                "audio-type": "restricted-lowdelay", "frame-size": "10", "bitrate": .int(Int32(bitrate * 1000)),
                "bitrate-type": "cbr", "inband-fec": false, "dtx": false,
            ])
    }

    /// Opus for a lossy path: each packet carries a coarse copy of the one before it (in-band FEC, RFC 6716, section
    /// 2.1.7), which only the codec's speech mode can do; that costs 4 ms of delay and some brilliance.
    ///
    /// - Parameter bitrate: kbit/s.
    static func protectedOpus(bitrate: Int) throws(GStreamerError) -> Element {
        try Element(
            "opusenc",
            [
                "audio-type": "voice", "frame-size": "10", "bitrate": .int(Int32(bitrate * 1000)),
                "bitrate-type": "cbr", "inband-fec": true, "packet-loss-percentage": .int(20), "dtx": false,
            ])
    }

    private static let h264 = Caps(
        "video/x-h264",
        [
            "profile": "constrained-baseline", "stream-format": "byte-stream", "alignment": "au",
        ])
}
