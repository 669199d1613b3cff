/// What a viewer measured since its last report.
public struct ViewerReport: Sendable, Equatable {
    /// The most samples of one report.
    public static let sampleLimit = 64
    private static let times = 0.0...60_000

    /// From inputs to the frames that answered them, in milliseconds.
    public let clickToPixel: [Double]
    /// From the offer to the first frame, in milliseconds; nil where it was reported before.
    public let firstFrame: Double?
    /// Mean time of frames in the jitter buffer, in milliseconds.
    public let jitterBuffer: Double?
    /// Frames decoded per second.
    public let framesPerSecond: Double?

    /// A report; nil where a figure is none.
    init?(clickToPixel: [Double], firstFrame: Double?, jitterBuffer: Double?, framesPerSecond: Double?) {
        let all = clickToPixel + [firstFrame, jitterBuffer, framesPerSecond].compactMap(\.self)
        guard clickToPixel.count <= Self.sampleLimit, all.allSatisfy(Self.times.contains) else { return nil }
        self.clickToPixel = clickToPixel
        self.firstFrame = firstFrame
        self.jitterBuffer = jitterBuffer
        self.framesPerSecond = framesPerSecond
    }
}
