import Pipelines

/// What metrics tell of one running encoder.
struct EncoderFigures: Sendable, Equatable {
    /// The rendition's name.
    var rendition: String
    var codec: String
    /// Viewers that get its stream.
    var viewers: Int
    /// Bits per second it aims at; nil where that is fixed.
    var targetBits: Int?
    /// Since it started.
    var frames: UInt64
    /// Since it started.
    var bytes: UInt64
    /// Since it started.
    var keyframes: UInt64
    /// Since it started.
    var dropped: UInt64
}

extension EncoderFigures {
    init(_ status: EncoderStatus) {
        self.init(
            rendition: status.rendition, codec: status.codec, viewers: status.viewers,
            targetBits: status.targetBitrate.map { $0 * 1000 }, frames: status.counters.published,
            bytes: status.counters.bytes, keyframes: status.counters.keyframes,
            dropped: status.counters.dropped)
    }
}
