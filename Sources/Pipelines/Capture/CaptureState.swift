/// How a capture fares. A capture heals by itself from all but the last.
public enum CaptureState: Sendable, Equatable {
    /// The guest's picture of that size is looked at.
    case delivering(FrameSize)
    /// The display has shown no window for half a second.
    case noWindow
    /// The X server has not answered, or has refused every look, for ``stallLimit``.
    case stalled
    /// The capture has come to its end and needs to be made anew; see `GuestMedia.rebuildCapture()`.
    case ended(CaptureError)

    /// How long a capture may go without a look at the screen before it says so. A look takes milliseconds and is due
    /// twice a second at least.
    public static let stallLimit = Duration.seconds(2)
}
