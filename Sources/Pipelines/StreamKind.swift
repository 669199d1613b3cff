/// One encoded stream of a guest.
public enum StreamKind: Sendable, Hashable, CustomStringConvertible {
    case video(Rendition, VideoCodec)
    /// The guest's sound as Opus, 48 kHz stereo.
    case sound

    /// The stream's name in logs, such as `full/h264`.
    public var description: String {
        switch self {
        case .video(let rendition, let codec): "\(rendition.name)/\(codec.rawValue)"
        case .sound: "sound/opus"
        }
    }
}
