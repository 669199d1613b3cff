import Foundation

/// A file that the kernel makes up when it is read: `/proc` and `/sys`.
public enum KernelFile {
    /// The longest file that is read whole; a host's table of sockets is some hundred bytes for each.
    private static let limit = 64 << 20

    /// The whole text; nil when there is no such file, or it may not be read.
    ///
    /// The kernel gives its tables out a page at a time, and Foundation takes a short read for the end.
    public static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var page = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < limit {
            let count = read(file, &page, page.count)
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            if count == 0 { break }
            bytes += page[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text without the line's end.
    public static func word(_ path: String) -> String? {
        text(path)?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The names in a folder; nil when there is no such folder, or it may not be read.
    static func names(in folder: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: folder)
    }
}
