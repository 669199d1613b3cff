import Foundation

/// The newest lines of a log file, read from its end, so that a large one costs no more than a small one.
enum LogTail {
    /// The most lines given out.
    static let limit = 2000
    /// The most bytes read.
    private static let byteLimit = 1 << 20

    /// The newest lines, oldest first; those before a rotation too, where the current file does not have enough.
    ///
    /// - Returns: nil where there is no such file.
    static func lines(of path: String, count: Int) -> [String]? {
        guard var lines = end(of: path) else { return nil }
        if lines.count < count, let older = end(of: path + ".1") { lines = older + lines }
        return lines.suffix(count).map { LogSecrets.redact(String($0)) }
    }

    private static func end(of path: String) -> [Substring]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let size = try? file.seekToEnd() else { return nil }
        let start = size - min(size, UInt64(byteLimit))
        guard (try? file.seek(toOffset: start)) != nil, let data = try? file.read(upToCount: byteLimit) else {
            return []
        }
        let text = String(decoding: data, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline)
        // The first may be half a line.
        return start == 0 ? lines : Array(lines.dropFirst())
    }
}
