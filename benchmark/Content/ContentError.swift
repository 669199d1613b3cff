import Foundation

/// Why made-up content cannot be shown or saved.
enum ContentError: LocalizedError {
    case displayUnreachable(String)
    case displayTooSmall(String, width: Int, height: Int)
    case unsupportedPixels(String)
    case displayLost(String)
    case displaySilent(String, seconds: Int)

    var errorDescription: String? {
        switch self {
        case .displayUnreachable(let display): "the X display '\(display)' cannot be reached"
        case .displayTooSmall(let display, let width, let height):
            "the X display '\(display)' has \(width)x\(height) pixels: fewer than --width and --height ask for"
        case .unsupportedPixels(let display):
            "the X display '\(display)' has other pixels than blue, green, red and an unused byte"
        case .displayLost(let display): "the X display '\(display)' has gone"
        case .displaySilent(let display, let seconds):
            "the X display '\(display)' did not take a picture within \(seconds) s"
        }
    }
}
