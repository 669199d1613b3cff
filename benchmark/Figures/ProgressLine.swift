import Foundation
import Synchronization

/// What goes on, told on standard error so that standard output holds the figures alone.
enum ProgressLine {
    /// The line that stays below all others.
    private static let pinned = Mutex<String?>(nil)

    static func show(_ text: String) {
        pinned.withLock { pinned in
            write(pinned == nil ? "bench: \(text)\n" : "\r\u{1B}[Kbench: \(text)\n\(pinned ?? "")")
        }
    }

    /// Shows a line on a terminal that later ones are written above; nil takes it away.
    static func pin(_ text: String?) {
        pinned.withLock { pinned in
            guard pinned != nil || text != nil else { return }
            pinned = text
            write("\r\u{1B}[K\(text ?? "")")
        }
    }

    private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
