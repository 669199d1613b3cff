/// Why there is no picture to capture.
public enum CaptureError: Error, Equatable, CustomStringConvertible {
    /// No X server answers on the display.
    case displayUnreachable(String)
    /// The display takes connections, but its X server does not answer them: it hangs or has been stopped.
    case displaySilent(String)
    /// The X server ended while its display was captured.
    case displayLost(String)
    /// The display's pixels are not four bytes of blue, green, red and nothing.
    case unsupportedPixels(display: String, depth: Int)
    /// The guest's sound cannot be read from the pipe.
    case soundPipe(path: String, reason: String)
    /// The capture was stopped before it had begun.
    case stopped
    /// No frame has been captured yet, so that there is none to show.
    case noFrame
    /// There is no capture that could be made anew.
    case noSource

    /// One sentence for people.
    public var description: String {
        switch self {
        case .displayUnreachable(let display): "no X server answers on display \(display)"
        case .displaySilent(let display):
            "the X server of display \(display) takes connections but does not answer; restart it"
        case .displayLost(let display): "the X server of display \(display) has ended"
        case .unsupportedPixels(let display, let depth):
            "display \(display) has pixels of depth \(depth) that cannot be captured; "
                + "start its X server with 24-bit TrueColor, such as Xvfb -screen 0 1024x768x24"
        case .soundPipe(let path, let reason): "no sound from \(path): \(reason)"
        case .stopped: "the capture was stopped before it had begun"
        case .noFrame: "no frame has been captured yet"
        case .noSource: "there is no capture to make anew; wait for the guest's display"
        }
    }
}
