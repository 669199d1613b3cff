/// Why there is no picture to capture.
public enum CaptureError: Error, Equatable, CustomStringConvertible {
    /// No X server answers on the display.
    case displayUnreachable(String)
    /// No frame has been captured yet, so that there is none to show.
    case noFrame

    /// One sentence for people.
    public var description: String {
        switch self {
        case .displayUnreachable(let display): "no X server answers on display \(display)"
        case .noFrame: "no frame has been captured yet"
        }
    }
}
