import Foundation

/// Reads a descriptor line by line on a thread of its own, until its end.
enum LineReader {
    /// The longest line taken, in bytes: a report of a receiver that was stopped for long.
    private static let limit = 4 << 20

    /// The lines, the oldest 1024 unread ones; ends with the descriptor, which is not closed.
    static func lines(of descriptor: Int32) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1024))
        let thread = Thread {
            var waiting: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = read(descriptor, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0, waiting.count < limit else { break }
                waiting += chunk[..<count]
                while let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                    continuation.yield(String(decoding: waiting[..<end], as: UTF8.self))
                    waiting.removeSubrange(...end)
                }
            }
            continuation.finish()
        }
        thread.start()
        return stream
    }
}
