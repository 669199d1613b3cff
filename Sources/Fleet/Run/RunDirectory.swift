import Foundation

/// The folder of one running Loco: private to its user, with one folder per instance.
public struct RunDirectory: Sendable, Hashable {
    /// Its absolute path.
    public let path: String

    /// `$XDG_RUNTIME_DIR/loco`, or `/tmp/loco-<uid>` where that variable is absent.
    public static func defaultPath(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let base = environment["XDG_RUNTIME_DIR"], base.hasPrefix("/") { return base + "/loco" }
        return "/tmp/loco-\(geteuid())"
    }

    /// Opens the folder, making it with mode 0700 where it is absent.
    ///
    /// - Throws: `RunDirectoryError` when the path is a file or a symbolic link, or belongs to somebody else:
    ///   in `/tmp` another user could have put it there first.
    public init(path: String = RunDirectory.defaultPath()) throws {
        self.path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        try PrivateDirectory.make(self.path)
    }

    /// The folder of one instance, made with mode 0700 where it is absent.
    public func instance(_ id: InstanceID) throws -> InstanceDirectory {
        try InstanceDirectory(path: "\(path)/\(id)", id: id)
    }

    /// Takes the folder for this process; a second Loco on the same folder is refused.
    ///
    /// - Returns: the lock; it is held as long as the value lives, at most as long as the process.
    /// - Throws: `RunDirectoryError.inUse` naming the holder's pid.
    public func lock() throws -> FileLock {
        try FileLock(path: path + "/loco.lock", of: path)
    }
}
