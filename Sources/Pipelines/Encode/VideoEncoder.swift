import GStreamer

/// An implementation of a video codec.
public enum VideoEncoder: String, Sendable, CaseIterable {
    case x264
    case openh264
    case vp8

    /// What it makes.
    public var codec: VideoCodec { self == .vp8 ? .vp8 : .h264 }

    /// The elements it needs besides those every stream needs.
    var elements: [String] {
        switch self {
        case .x264: ["x264enc"]
        case .openh264: ["openh264enc", "h264parse"]
        case .vp8: ["vp8enc"]
        }
    }

    /// Whether its elements are installed.
    public var isAvailable: Bool { elements.allSatisfy(Runtime.hasElement) }

    /// The best encoder installed for a codec, or nil.
    public static func best(for codec: VideoCodec) -> VideoEncoder? {
        allCases.first { $0.codec == codec && $0.isAvailable }
    }
}
