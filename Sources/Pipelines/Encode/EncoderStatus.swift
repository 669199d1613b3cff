import GStreamer

/// One running encoder, measured.
public struct EncoderStatus: Sendable, Equatable {
    /// The rendition's name; `audio` for sound.
    public let rendition: String
    /// `h264`, `vp8` or `opus`.
    public let codec: String
    /// The element that encodes.
    public let element: String
    /// Viewers that get its stream.
    public let viewers: Int
    /// The bitrate it is set to, in kbit/s; nil for sound, which has a fixed one.
    public let targetBitrate: Int?
    /// Frames per second delivered over the last whole second; nil in the first.
    public let framesPerSecond: Double?
    /// Bits per second delivered over the last whole second; nil in the first.
    public let bitsPerSecond: Double?
    /// What it delivered since it started.
    public let counters: Broadcaster.Counters

    init(kind: StreamKind, encoder: Encoder, target: Int?) {
        rendition = kind.rendition
        codec = kind.codec
        element = encoder.element
        targetBitrate = target
        viewers = encoder.broadcaster.viewerCount
        let rate = encoder.broadcaster.rate(at: Runtime.now())
        framesPerSecond = rate?.frames
        bitsPerSecond = rate.map { $0.bytes * 8 }
        counters = encoder.broadcaster.counters
    }
}
