import Foundation

/// A file that the kernel makes up when it is read: `/proc` and `/sys`.
enum KernelFile {
    /// The whole text; nil when there is no such file, or it may not be read.
    static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The text without the line's end.
    static func word(_ path: String) -> String? {
        text(path)?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The names in a folder; nil when there is no such folder, or it may not be read.
    static func names(in folder: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: folder)
    }
}
