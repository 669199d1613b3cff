import Foundation

/// Tells whether a file is still the one that was looked at.
public struct FileVersion: Sendable, Codable, Hashable {
    /// The file's number on its device.
    public let inode: UInt64
    /// Bytes.
    public let size: Int64
    /// Nanoseconds since 1970 of the last change of its contents.
    public let modified: Int64

    /// - Throws: `DiskImageError.unreadable` or `.notAFile`.
    init(of path: String) throws {
        var info = stat()
        guard stat(path, &info) == 0 else { throw DiskImageError.unreadable(path: path, reason: errnoText()) }
        guard info.st_mode & S_IFMT == S_IFREG else { throw DiskImageError.notAFile(path: path) }
        guard access(path, R_OK) == 0 else { throw DiskImageError.unreadable(path: path, reason: errnoText()) }
        inode = UInt64(info.st_ino)
        size = Int64(info.st_size)
        modified = Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
    }
}
