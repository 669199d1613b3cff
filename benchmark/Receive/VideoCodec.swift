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
            // What browsers offer: a keyframe on request, and when each packet came, for the sender's estimate.
            "rtcp-fb-nack-pli": true, "rtcp-fb-ccm-fir": true, "rtcp-fb-transport-cc": true,
            "extmap-3": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        ]
        if self == .h264 {
            fields["packetization-mode"] = "1"
            fields["profile-level-id"] = "42e01f"
        }
        return Caps("application/x-rtp", fields)
    }
}
