import Foundation
import Synchronization

/// Standard error, a whole line at a time: lines of two threads never mix.
enum StandardErrorLines {
    private static let turn = Mutex(())

    /// Writes one line. A reader that is gone loses lines and nothing else.
    static func write(_ line: String) {
        var line = line
        turn.withLock { _ in
            line.withUTF8 { bytes in
                var rest = UnsafeRawBufferPointer(bytes)
                while !rest.isEmpty {
                    let count = Foundation.write(STDERR_FILENO, rest.baseAddress, rest.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return }
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                }
            }
        }
    }
}
