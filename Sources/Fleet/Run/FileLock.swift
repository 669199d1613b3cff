import Foundation

/// An exclusive lock that the kernel releases when its holder dies, however it dies.
public final class FileLock: Sendable {
    /// The locked file; it holds the holder's pid as text.
    public let path: String
    private let descriptor: Int32

    /// Locks `path`, or throws `RunDirectoryError.inUse` for `subject` with the holder's pid.
    init(path: String, of subject: String) throws {
        self.path = path
        // Close-on-exec: a child that inherited the descriptor would hold the lock beyond its parent's death.
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw RunDirectoryError.cannotWrite(path: path, reason: errnoText()) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = FileManager.default.contents(atPath: path)
                .flatMap { Int32(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) }
            close(descriptor)
            throw RunDirectoryError.inUse(path: subject, pid: holder)
        }
        ftruncate(descriptor, 0)
        let text = "\(getpid())\n"
        _ = text.withCString { pwrite(descriptor, $0, text.utf8.count, 0) }
    }

    deinit {
        close(descriptor)
    }
}
