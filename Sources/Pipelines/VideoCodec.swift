/// A video codec that viewers may ask for.
public enum VideoCodec: String, Sendable, CaseIterable, Codable {
    /// H.264 constrained baseline (RFC 6184).
    case h264
    /// VP8 (RFC 7741).
    case vp8

    /// The codec's name in SDP's `rtpmap`.
    public var encodingName: String { rawValue.uppercased() }
}
