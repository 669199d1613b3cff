/// One encoded stream of a guest.
public enum StreamKind: Sendable, Hashable, CustomStringConvertible {
    case video(Rendition, VideoCodec)
    /// The guest's sound as Opus, 48 kHz stereo.
    case sound
    /// The same with in-band error correction, for viewers who lose packets.
    case protectedSound

    /// Whether it is a picture.
    public var isVideo: Bool { if case .video = self { true } else { false } }

    /// The stream's name in logs, such as `full/h264`.
    public var description: String { "\(rendition)/\(codec)" }

    /// The rendition's name; for sound what it is.
    public var rendition: String {
        switch self {
        case .video(let rendition, _): rendition.name
        case .sound: "audio"
        case .protectedSound: "audio-protected"
        }
    }

    /// `h264`, `vp8` or `opus`.
    public var codec: String { if case .video(_, let codec) = self { codec.rawValue } else { "opus" } }
}
