/// A picture's size in pixels.
public struct FrameSize: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Pixels from left to right.
    public var width: Int
    /// Pixels from top to bottom.
    public var height: Int

    /// A size of that many pixels.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The size as `640x480`.
    public var description: String { "\(width)x\(height)" }
}
