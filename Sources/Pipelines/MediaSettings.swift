/// What the operator configures about a guest's media.
public struct MediaSettings: Sendable, Equatable {
    /// Frames per second to capture while somebody watches.
    public var framesPerSecond: Int
    /// Video bitrate in kbit/s.
    public var videoBitrate: Int
    /// Sound bitrate in kbit/s.
    public var audioBitrate: Int
    /// Codecs to offer, in order of preference.
    public var codecs: [VideoCodec]

    /// Settings with their defaults.
    public init(
        framesPerSecond: Int = 30, videoBitrate: Int = 2500, audioBitrate: Int = 96,
        codecs: [VideoCodec] = [.h264, .vp8]
    ) {
        self.framesPerSecond = framesPerSecond
        self.videoBitrate = videoBitrate
        self.audioBitrate = audioBitrate
        self.codecs = codecs
    }
}
