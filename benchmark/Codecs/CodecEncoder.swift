import GStreamer
import Pipelines

/// What encodes in a measurement: an implementation of the project's own table, or one of a codec that Loco does not
/// send (yet), told to be as quick as the project's are.
enum CodecEncoder: String, CaseIterable, Sendable {
    case x264
    case openh264
    case nvenc
    case vah264
    case vaapi
    case vp8
    case vp9
    /// AV1 by libaom.
    case aom
    /// AV1 by SVT-AV1.
    case svtav1
    /// AV1 by rav1e.
    case rav1e
    case mjpeg

    /// What is measured unless asked otherwise: what needs no hardware.
    static let usual = "x264,openh264,vp8,vp9,av1,mjpeg"

    /// The encoders that a user's word stands for: one, or all of AV1; nil for a word that stands for none.
    static func named(_ word: String) -> [CodecEncoder]? {
        word == "av1" ? [.aom, .svtav1, .rav1e] : CodecEncoder(rawValue: word).map { [$0] }
    }

    /// All the words that are understood.
    static let words = allCases.map(\.rawValue) + ["av1"]

    /// Its entry in the project's table; nil where it has none.
    private var entry: VideoEncoder? { VideoEncoder(rawValue: rawValue) }

    /// The codec's name in the file.
    var codec: String {
        switch self {
        case .x264, .openh264, .nvenc, .vah264, .vaapi: "h264"
        case .vp8: "vp8"
        case .vp9: "vp9"
        case .aom, .svtav1, .rav1e: "av1"
        case .mjpeg: "mjpeg"
        }
    }

    /// GStreamer's element.
    var element: String {
        if let entry { return entry.element }
        return switch self {
        case .vp9: "vp9enc"
        case .aom: "av1enc"
        case .svtav1: "svtav1enc"
        case .rav1e: "rav1enc"
        default: "jpegenc"
        }
    }

    /// The property that decides between speed and quality, and what it is set to; a test compares that with the element.
    var speed: (property: String, value: String) {
        switch self {
        case .x264: ("speed-preset", "superfast")
        case .openh264: ("complexity", "low")
        case .nvenc: ("preset", "low-latency-hp")
        case .vah264: ("target-usage", "7")
        case .vaapi: ("quality-level", "7")
        case .vp8: ("cpu-used", "-16")
        case .vp9: ("cpu-used", "8")
        case .aom: ("cpu-used", "10")
        case .svtav1: ("preset", "12")
        case .rav1e: ("speed-preset", "10")
        case .mjpeg: ("quality", "80")
        }
    }

    /// What the file says about speed: a word, or a number with what it is the number of.
    var preset: String { Int(speed.value) == nil ? speed.value : "\(speed.property)=\(speed.value)" }

    /// The elements from raw frames to an encoded stream: keyframes on request only, no reordering, no look-ahead, two
    /// threads, as in the project's table.
    ///
    /// - Parameters:
    ///   - bitrate: kbit/s; MJPEG has none and takes what its quality costs.
    ///   - rate: frames per second at most.
    func elements(bitrate: Int, rate: Int) throws(GStreamerError) -> [Element] {
        if let entry { return try EncoderSettings.video(entry, bitrate: bitrate, rate: rate) }
        return [try Element(element, settings(bitrate: bitrate))]
    }

    private func settings(bitrate: Int) -> [String: Value] {
        var settings = [speed.property: Value.string(speed.value)]
        let own: [String: Value]
        switch self {
        case .vp9:
            // VP8's of the project's table, as far as VP9 has them. Frames build on one another, and the quantiser of
            // parts of the picture is renewed in turns instead of all at once.
            own = [
                "deadline": .int64(1), "end-usage": "cbr", "lag-in-frames": .int(0), "keyframe-mode": "disabled",
                "max-intra-bitrate": .int(250), "undershoot": .int(25), "overshoot": .int(10),
                "buffer-size": .int(150), "buffer-initial-size": .int(100), "buffer-optimal-size": .int(120),
                "threads": .int(2), "row-mt": true, "tile-columns": .int(1), "aq-mode": "cyclic-refresh",
                "frame-parallel-decoding": false, "error-resilient": "default", "static-threshold": .int(100),
                "target-bitrate": .int(Int32(bitrate * 1000)),
            ]
        case .aom:
            // The largest quantiser is 0 unless set: without loss, at any bitrate.
            own = [
                "usage-profile": "realtime", "end-usage": "cbr", "lag-in-frames": .uint(0),
                "keyframe-mode": "disabled", "min-quantizer": .uint(2), "max-quantizer": .uint(58),
                "undershoot-pct": .uint(25), "overshoot-pct": .uint(10), "buf-sz": .uint(150),
                "buf-initial-sz": .uint(100), "buf-optimal-sz": .uint(120), "threads": .uint(2), "row-mt": true,
                "tile-columns": .uint(1), "target-bitrate": .uint(UInt32(bitrate)),
            ]
        case .svtav1:
            own = [
                "target-bitrate": .uint(UInt32(bitrate)), "intra-period-length": .int(-1),
                "logical-processors": .uint(2), "parameters-string": "rc=2:pred-struct=1:lookahead=0",
            ]
        case .rav1e:
            own = [
                "low-latency": true, "bitrate": .int(Int32(bitrate * 1000)), "threads": .uint64(2),
                "max-key-frame-interval": .uint64(1 << 30), "rdo-lookahead-frames": .int(1),
            ]
        default: own = [:]
        }
        settings.merge(own) { $1 }
        return settings
    }
}
