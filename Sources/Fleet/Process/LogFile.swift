import Foundation

/// A log file that cannot fill the disk: past its limit it becomes `<name>.1` and a new one begins.
struct LogFile: ~Copyable {
    private let path: String
    private let limit: Int
    private var descriptor: Int32
    private var size: Int

    /// Opens `path` for appending, readable by the owner alone.
    ///
    /// - Throws: `RunDirectoryError.cannotWrite` with the path and the reason.
    init(path: String, limit: Int = 4 << 20) throws {
        self.path = path
        self.limit = limit
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw RunDirectoryError.cannotWrite(path: path, reason: errnoText()) }
        size = Int(lseek(descriptor, 0, SEEK_END))
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Appends one line. A full disk loses lines and nothing else.
    mutating func append(_ line: String) {
        if size > limit { rotate() }
        var text = line + "\n"
        text.withUTF8 { bytes in
            let written = write(descriptor, bytes.baseAddress, bytes.count)
            if written > 0 { size += written }
        }
    }

    private mutating func rotate() {
        guard rename(path, path + ".1") == 0 else { return }
        let fresh = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fresh >= 0 else { return }
        close(descriptor)
        descriptor = fresh
        size = 0
    }
}
