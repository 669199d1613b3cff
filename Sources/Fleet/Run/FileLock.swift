import Foundation

/// An exclusive lock that the kernel releases when its holder dies, however it dies. Its file goes with it, unless the
/// holder was killed; what a dead holder left is taken over.
public final class FileLock: Sendable {
    /// The locked file; it holds the holder's pid as text.
    public let path: String
    private let descriptor: Int32

    /// Locks `path`, or throws `RunDirectoryError.inUse` for `subject` with the holder's pid.
    init(path: String, of subject: String) throws {
        self.path = path
        descriptor = try Self.lockedFile(at: path, of: subject)
        ftruncate(descriptor, 0)
        let text = "\(getpid())\n"
        _ = text.withCString { pwrite(descriptor, $0, text.utf8.count, 0) }
    }

    deinit {
        // While the lock is held, so that nobody else's file is taken away.
        unlink(path)
        close(descriptor)
    }

    private static func lockedFile(at path: String, of subject: String) throws -> Int32 {
        while true {
            // Close-on-exec: a child that inherited the descriptor would hold the lock beyond its parent's death.
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw RunDirectoryError.cannotWrite(path: path, reason: errnoText()) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw RunDirectoryError.inUse(path: subject, pid: holder(of: path))
            }
            // Its last holder may have removed it between our open and our lock: then it is another file, or none,
            // that the next one will lock.
            if isFile(descriptor, at: path) { return descriptor }
            close(descriptor)
        }
    }

    private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
        var (opened, named) = (stat(), stat())
        return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino
            && opened.st_dev == named.st_dev
    }

    private static func holder(of path: String) -> Int32? {
        FileManager.default.contents(atPath: path)
            .flatMap { Int32(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}
