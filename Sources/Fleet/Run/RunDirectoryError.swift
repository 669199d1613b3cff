/// Why a run directory, or something in it, cannot be used.
public enum RunDirectoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path exists and is no directory (a symbolic link is none).
    case notADirectory(path: String)
    /// The directory belongs to another user.
    case foreignOwner(path: String, uid: UInt32)
    /// The directory could not be made or opened.
    case cannotCreate(path: String, reason: String)
    /// A file could not be written.
    case cannotWrite(path: String, reason: String)
    /// A file could not be read or does not hold what it should.
    case cannotRead(path: String, reason: String)
    /// Another Loco process holds the directory.
    case inUse(path: String, pid: Int32?)
    /// A UNIX socket's path would not fit into the kernel's 108 bytes.
    case socketPathTooLong(path: String, bytes: Int)

    /// One sentence with the path and the remedy.
    public var description: String {
        switch self {
        case .notADirectory(let path):
            "\(path) is not a directory: remove it or choose another run directory"
        case .foreignOwner(let path, let uid):
            "\(path) belongs to user \(uid): choose another run directory"
        case .cannotCreate(let path, let reason):
            "\(path) could not be created: \(reason)"
        case .cannotWrite(let path, let reason):
            "\(path) could not be written: \(reason)"
        case .cannotRead(let path, let reason):
            "\(path) could not be read: \(reason)"
        case .inUse(let path, let pid?):
            "\(path) is in use by the Loco process \(pid): stop it first, or choose another run directory"
        case .inUse(let path, nil):
            "\(path) is in use by another Loco process: stop it first, or choose another run directory"
        case .socketPathTooLong(let path, let bytes):
            "the socket path \(path) has \(bytes) bytes, the kernel allows 107: choose a shorter run directory"
        }
    }
}
