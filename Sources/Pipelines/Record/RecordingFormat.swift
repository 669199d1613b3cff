import GStreamer

/// What a recording is kept as. Either holds the streams as they are sent: nothing is encoded for it.
public enum RecordingFormat: String, Sendable, CaseIterable, Codable {
    /// MP4 (ISO/IEC 14496-12) with H.264 and Opus.
    case mp4
    /// WebM with VP8 and Opus.
    case webm

    /// The sound that it holds, without what the encoder says of its first 2.5 ms: GStreamer 1.22 writes that into MP4 in
    /// the wrong byte order, and players would leave out 640 ms.
    static let sound = Caps(
        "audio/x-opus",
        [
            "rate": .int(48_000), "channels": .int(2), "channel-mapping-family": .int(0), "stream-count": .int(1),
            "coupled-count": .int(1),
        ])

    /// The video codec that it holds.
    public var codec: VideoCodec { self == .mp4 ? .h264 : .vp8 }

    /// The media type of its files.
    public var mediaType: String { "video/\(rawValue)" }

    /// The format that holds a codec.
    public init(holding codec: VideoCodec) { self = codec == .h264 ? .mp4 : .webm }

    /// What puts the streams into a file.
    ///
    /// Both write as they go, so that the file of a program that was killed plays up to its last second: MP4 in fragments
    /// of a second, WebM in clusters that get an index. MP4's fragments stay: the muxer's way to make an ordinary movie of
    /// them at the end (`first-moov-then-finalise`) writes fragments that cannot be read should the end not come, because
    /// frames that are as long or large as the first of a fragment have neither length nor size.
    func muxer() throws(GStreamerError) -> Element {
        switch self {
        case .mp4:
            try Element("mp4mux", name: "muxer", ["fragment-duration": .uint(1000)])
        case .webm:
            try Element("webmmux", name: "muxer", ["max-cluster-duration": .int64(5_000_000_000)])
        }
    }

    /// What the muxer needs before it, besides the stream.
    func parser() throws(GStreamerError) -> Element? { self == .mp4 ? try Element("h264parse") : nil }
}
