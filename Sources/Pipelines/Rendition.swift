/// One quality of a guest's picture that viewers may watch: how large, how often, and how many bits at most.
public struct Rendition: Sendable, Hashable {
    /// Its name in messages and metrics.
    public let name: String
    /// Pixels from left to right at most; nil for the guest's own size. A narrower guest is not enlarged.
    public let width: Int?
    /// Frames per second at most.
    public let framesPerSecond: Int
    /// kbit/s at most.
    public let bitrate: Int
    /// kbit/s below which a smaller rendition serves the viewer better.
    public let leastBitrate: Int

    /// Describes a rendition.
    ///
    /// - Parameter leastBitrate: a quarter of the bitrate unless given.
    public init(name: String, width: Int?, framesPerSecond: Int, bitrate: Int, leastBitrate: Int? = nil) {
        self.name = name
        self.width = width
        self.framesPerSecond = framesPerSecond
        self.bitrate = bitrate
        self.leastBitrate = leastBitrate ?? max(50, bitrate / 4)
    }

    /// The name of the rendition in the guest's own size, which always exists.
    public static let fullName = "full"

    /// The size a picture of that size is sent in: scaled down to the width, in proportion, with even sides.
    public func size(of picture: FrameSize) -> FrameSize {
        guard let width, picture.width > width else { return picture }
        let height = Double(picture.height) * Double(width) / Double(picture.width)
        return FrameSize(width: width & ~1, height: max(2, Int((height / 2).rounded()) * 2))
    }
}
