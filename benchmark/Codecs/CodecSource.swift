import Foundation

/// What is on the screens that are encoded.
enum CodecSource: Sendable, Equatable {
    /// Demo guests of a Loco of our own.
    case guest
    /// Synthetic content, by its kind.
    case content(String)
    /// A recorded film, by its path.
    case file(String)

    /// The kinds of synthetic content that `bench content` draws.
    static let kinds = ["scroll", "drag", "game", "video", "cursor"]

    /// The demo guest's own size.
    static let guestSize = (width: 640, height: 480)

    /// Reads a user's word; nil for one that is neither a kind nor a file.
    init?(_ word: String) {
        if word == "guest" {
            self = .guest
        } else if Self.kinds.contains(word) {
            self = .content(word)
        } else if FileManager.default.isReadableFile(atPath: word) {
            self = .file(word)
        } else {
            return nil
        }
    }

    /// Its name in the file: a guest's picture that QEMU has scaled is told from its own.
    func name(width: Int, height: Int) -> String {
        switch self {
        case .guest: (width, height) == Self.guestSize ? "guest" : "guest-scaled"
        case .content(let kind): kind
        case .file(let path): URL(fileURLWithPath: path).lastPathComponent
        }
    }
}
