/// One video frame as it came in.
struct FrameArrival: Sendable, Codable, Equatable {
    /// Its RTP timestamp.
    var rtp: UInt32
    /// When its first packet was here, in nanoseconds of `CLOCK_MONOTONIC`.
    var first: UInt64
    /// When its last packet was here: the one with the marker.
    var last: UInt64
    /// Whether it can be decoded without the ones before it.
    var isKeyframe: Bool
    /// Whether a decoder could show it: nothing of it is missing, nor of what it builds on.
    var isDecodable: Bool
}
