/// Why there is no picture to capture.
public enum CaptureError: Error, Equatable, CustomStringConvertible {
    /// No X server answers on the display.
    case displayUnreachable(String)
    /// The display's pixels are not four bytes of blue, green, red and nothing.
    case unsupportedPixels(display: String, depth: Int)
    /// The guest's sound cannot be read from the pipe.
    case soundPipe(path: String, reason: String)
    /// No frame has been captured yet, so that there is none to show.
    case noFrame

    /// One sentence for people.
    public var description: String {
        switch self {
        case .displayUnreachable(let display): "no X server answers on display \(display)"
        case .unsupportedPixels(let display, let depth):
            "display \(display) has pixels of depth \(depth) that cannot be captured; "
                + "start its X server with 24-bit TrueColor, such as Xvfb -screen 0 1024x768x24"
        case .soundPipe(let path, let reason): "no sound from \(path): \(reason)"
        case .noFrame: "no frame has been captured yet"
        }
    }
}
