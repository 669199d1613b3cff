/// What the floor encodes with: Loco's own settings (`Sources/Pipelines/Encode/EncoderSettings.swift`; a test compares
/// them), so that a ratio tells what Loco adds and not what other settings would save.
enum FloorSettings {
    static let framesPerSecond: Int32 = 30
    /// kbit/s.
    static let videoBitrate = 2000
    /// kbit/s.
    static let audioBitrate = 96

    /// Properties of `x264enc`, as text.
    static let x264: [String: String] = [
        "tune": "zerolatency", "speed-preset": "superfast", "bitrate": "\(videoBitrate)",
        "vbv-buf-capacity": "\(1500 / framesPerSecond)", "key-int-max": "\(1 << 30)", "bframes": "0",
        "b-adapt": "false", "rc-lookahead": "0", "sync-lookahead": "0", "mb-tree": "false", "aud": "false",
        "byte-stream": "true", "qp-max": "35", "threads": "2", "option-string": "scenecut=0",
    ]

    /// What comes out of `x264enc`.
    static let h264 = "video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au"

    /// Properties of `opusenc`, as text.
    static let opus: [String: String] = [
        "audio-type": "restricted-lowdelay", "frame-size": "10", "bitrate": "\(audioBitrate * 1000)",
        "bitrate-type": "cbr", "inband-fec": "false", "dtx": "false",
    ]

    /// Properties of `pulsesrc` besides server and device, as text: times in microseconds.
    static let pulse: [String: String] = [
        "client-name": "bench-floor", "provide-clock": "false", "do-timestamp": "false", "latency-time": "10000",
        "buffer-time": "60000",
    ]

    /// What `pulsesrc` is asked for.
    static let sound = "audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved"

    /// Properties of `ximagesrc`, as text.
    static func capture(_ sources: GuestSources) -> [String: String] {
        [
            "display-name": sources.display, "use-damage": "false", "show-pointer": "false", "startx": "0",
            "starty": "0", "endx": "\(sources.width - 1)", "endy": "\(sources.height - 1)",
        ]
    }
}
