import GStreamer

/// Where a capture's results go; all are called on its thread.
struct CaptureOutput: Sendable {
    /// The display's name.
    let display: String
    /// The rate that frames are labelled with.
    let nominalRate: Int
    /// Sees every grab.
    let observer: CaptureObserver
    /// Gets every frame worth encoding.
    let frames: @Sendable (consuming Sample) -> Void
    /// Gets the picture's size.
    let sizes: @Sendable (FrameSize) -> Void
    /// Is told how the capture fares, whenever that changes.
    let states: @Sendable (CaptureState) -> Void
}
