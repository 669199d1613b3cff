/// What the operator configures about a guest's media.
public struct MediaSettings: Sendable, Equatable {
    /// The picture's qualities, from the largest to the smallest; the first is ``Rendition/fullName``.
    public var renditions: [Rendition]
    /// Sound bitrate in kbit/s.
    public var audioBitrate: Int
    /// Codecs to offer, in order of preference.
    public var codecs: [VideoCodec]

    /// Settings with their defaults.
    public init(
        renditions: [Rendition] = [
            Rendition(name: Rendition.fullName, width: nil, framesPerSecond: 30, bitrate: 2500),
            Rendition(name: "tile", width: 384, framesPerSecond: 15, bitrate: 400),
        ], audioBitrate: Int = 96, codecs: [VideoCodec] = [.h264, .vp8]
    ) {
        self.renditions = renditions
        self.audioBitrate = audioBitrate
        self.codecs = codecs
    }

    /// The guest's own size.
    public var full: Rendition { renditions[0] }

    /// The rendition of that name.
    public func rendition(named name: String) -> Rendition? { renditions.first { $0.name == name } }
}
