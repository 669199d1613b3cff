/// What one guest's stream cost and delivered over a window; the decoding side adds its part.
struct EncodingCost: Codable, Sendable {
    /// The window, in nanoseconds of `CLOCK_MONOTONIC`: frames belong to it by the beginning of their grab.
    var start: UInt64
    var end: UInt64
    /// Frames encoded.
    var frames: Int
    /// Their size.
    var bytes: Int
    /// Changed pictures that were looked at and never encoded.
    var unencoded: Int
    /// Per cent of one core that the capturing and encoding process used.
    var cpuPercent: Double
    /// Its resident memory in MB (10^6 bytes) at the window's end.
    var residentMB: Double
    /// From a raw frame at the encoder's door to its encoded frame, in milliseconds, for each frame.
    var encodeTimes: [Double]
    /// From the beginning of a frame's grab until it was decoded, in milliseconds, for each that was.
    var glassTimes: [Double] = []
    /// Frames encoded and not decoded.
    var undecoded = 0

    /// The window's length.
    var seconds: Double { Double(end - start) / 1e9 }
}
