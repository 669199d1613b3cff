import GStreamer

/// One running encoder, measured.
public struct EncoderStatus: Sendable, Equatable {
    /// The rendition's name; `audio` for sound.
    public let rendition: String
    /// `H264`, `VP8` or `opus`.
    public let codec: String
    /// The element that encodes.
    public let element: String
    /// Viewers that get its stream.
    public let viewers: Int
    /// Frames per second delivered over the last whole second; nil in the first.
    public let framesPerSecond: Double?
    /// Bits per second delivered over the last whole second; nil in the first.
    public let bitsPerSecond: Double?
    /// What it delivered since it started.
    public let counters: Broadcaster.Counters

    init(kind: StreamKind, element: String, delivered broadcaster: Broadcaster) {
        switch kind {
        case .video(let rendition, let codec): (self.rendition, self.codec) = (rendition.name, codec.encodingName)
        case .sound: (rendition, codec) = ("audio", "opus")
        }
        self.element = element
        viewers = broadcaster.viewerCount
        let rate = broadcaster.rate(at: Runtime.now())
        framesPerSecond = rate?.frames
        bitsPerSecond = rate.map { $0.bytes * 8 }
        counters = broadcaster.counters
    }
}
