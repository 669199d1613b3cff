import GStreamer

/// One raw frame that several threads may show again and again.
final class StillPicture: Sendable {
    /// The frame.
    let sample: Sample

    init(_ sample: consuming Sample) { self.sample = sample }
}
