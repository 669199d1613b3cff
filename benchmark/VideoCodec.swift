import ArgumentParser
import GStreamer

/// What a viewer offers to receive.
enum VideoCodec: String, CaseIterable, ExpressibleByArgument {
    case h264
    case vp8

    /// The receiver's capabilities; constrained baseline for H.264, as browsers offer it.
    func caps(payload: Int32) -> Caps {
        var fields: [String: Value] = [
            "media": "video", "encoding-name": self == .h264 ? "H264" : "VP8", "payload": .int(payload),
            "clock-rate": 90000,
        ]
        if self == .h264 {
            fields["packetization-mode"] = "1"
            fields["profile-level-id"] = "42e01f"
        }
        return Caps("application/x-rtp", fields)
    }
}
