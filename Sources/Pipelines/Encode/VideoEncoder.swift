import GStreamer

/// An implementation of a video codec, the preferred one of a codec first.
public enum VideoEncoder: String, Sendable, CaseIterable {
    /// NVIDIA's.
    case nvenc
    /// VA-API, by GStreamer's newer plugin.
    case vah264
    /// VA-API, by GStreamer's older plugin.
    case vaapi
    case x264
    case openh264
    case vp8

    /// What it makes.
    public var codec: VideoCodec { self == .vp8 ? .vp8 : .h264 }

    /// The element that encodes.
    public var element: String {
        switch self {
        case .nvenc: "nvh264enc"
        case .vah264: "vah264enc"
        case .vaapi: "vaapih264enc"
        case .x264: "x264enc"
        case .openh264: "openh264enc"
        case .vp8: "vp8enc"
        }
    }

    /// Whether it needs hardware, and so may be installed and yet not work.
    public var isHardware: Bool {
        switch self {
        case .nvenc, .vah264, .vaapi: true
        case .x264, .openh264, .vp8: false
        }
    }

    /// Whether its elements are installed.
    public var isAvailable: Bool {
        Runtime.hasElement(element) && (self == .x264 || self == .vp8 || Runtime.hasElement("h264parse"))
    }
}
