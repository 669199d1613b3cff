import GStreamer

/// The one table of low-latency encoder settings.
///
/// Common to all: keyframes only on request, no frame reordering, no look-ahead, and a rate-control buffer of about
/// one and a half frames, so that no frame waits in the encoder or bursts on the wire.
enum EncoderSettings {
    /// The elements between raw frames and an encoded stream, in order.
    ///
    /// - Parameters:
    ///   - bitrate: kbit/s.
    ///   - rate: frames per second at most.
    static func video(_ encoder: VideoEncoder, bitrate: Int, rate: Int) throws(GStreamerError) -> [Element] {
        switch encoder {
        case .x264:
            let element = try Element(
                "x264enc",
                [
                    "tune": "zerolatency", "speed-preset": "superfast", "bitrate": .uint(UInt32(bitrate)),
                    "vbv-buf-capacity": .uint(UInt32(max(20, 1500 / rate))), "key-int-max": .uint(1 << 30),
                    "bframes": .uint(0), "b-adapt": false, "rc-lookahead": .int(0), "sync-lookahead": .int(0),
                    "mb-tree": false, "aud": false, "byte-stream": true, "qp-max": .uint(35), "threads": .uint(2),
                    "option-string": "scenecut=0",
                ])
            return [element, try Element("capsfilter", ["caps": .caps(h264)])]
        case .openh264:
            let element = try Element(
                "openh264enc",
                [
                    "usage-type": "screen", "complexity": "low", "rate-control": "bitrate",
                    "bitrate": .uint(UInt32(bitrate * 1000)), "max-bitrate": .uint(UInt32(bitrate * 1000)),
                    "gop-size": .uint(1 << 30), "enable-frame-skip": false, "scene-change-detection": false,
                    "qp-max": .uint(35), "multi-thread": .uint(2),
                ])
            return [
                element, try Element("h264parse", ["config-interval": .int(-1)]),
                try Element("capsfilter", ["caps": .caps(h264)]),
            ]
        case .vp8:
            let element = try Element(
                "vp8enc",
                [
                    "deadline": .int64(1), "cpu-used": .int(-16), "end-usage": "cbr", "lag-in-frames": .int(0),
                    "keyframe-mode": "disabled", "max-intra-bitrate": .int(250), "undershoot": .int(25),
                    "overshoot": .int(10), "buffer-size": .int(150), "buffer-initial-size": .int(100),
                    "buffer-optimal-size": .int(120), "threads": .int(2), "error-resilient": "default",
                    "static-threshold": .int(100), "target-bitrate": .int(Int32(bitrate * 1000)),
                ])
            return [element]
        }
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

    private static let h264 = Caps(
        "video/x-h264",
        [
            "profile": "constrained-baseline", "stream-format": "byte-stream", "alignment": "au",
        ])
}
