import Foundation

/// Makes folders that only their owner can enter.
public enum PrivateDirectory {
    /// Makes `path` (and the folders above it) with mode 0700, or checks and tightens what is there.
    ///
    /// - Throws: `RunDirectoryError`.
    public static func make(_ path: String) throws {
        let parent = (path as NSString).deletingLastPathComponent
        if !FileManager.default.fileExists(atPath: parent) {
            do {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            } catch {
                throw RunDirectoryError.cannotCreate(path: parent, reason: error.localizedDescription)
            }
        }
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw RunDirectoryError.cannotCreate(path: path, reason: errnoText())
        }
        var info = stat()
        guard lstat(path, &info) == 0 else {
            throw RunDirectoryError.cannotCreate(path: path, reason: errnoText())
        }
        guard info.st_mode & S_IFMT == S_IFDIR else { throw RunDirectoryError.notADirectory(path: path) }
        guard info.st_uid == geteuid() else { throw RunDirectoryError.foreignOwner(path: path, uid: info.st_uid) }
        if info.st_mode & 0o777 != 0o700, chmod(path, 0o700) != 0 {
            throw RunDirectoryError.cannotCreate(path: path, reason: errnoText())
        }
    }
}
