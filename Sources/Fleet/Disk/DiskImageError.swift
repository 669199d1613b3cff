/// Why a disk image is not used.
public enum DiskImageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such file, or it may not be read.
    case unreadable(path: String, reason: String)
    /// The path is a directory, a device or something else that is no file.
    case notAFile(path: String)
    /// The file is empty.
    case empty(path: String)
    /// The file is in no format QEMU knows and has no boot sector.
    case notAnImage(path: String)
    /// The file is damaged, or a file it builds upon is missing or builds upon itself.
    case damaged(path: String, reason: String)
    /// `qemu-img` failed to make the guest's overlay.
    case overlayFailed(path: String, reason: String)

    /// One sentence with the path and the remedy.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "the disk image \(path) cannot be read: \(reason)"
        case .notAFile(let path): "\(path) is not a file: give the path of a disk image"
        case .empty(let path): "the disk image \(path) is empty"
        case .notAnImage(let path):
            "\(path) is no disk image: it is in none of QEMU's formats and has no boot signature "
                + "(a raw image without one must be named .img or .raw)"
        case .damaged(let path, let reason): "the disk image \(path) cannot be used: \(reason)"
        case .overlayFailed(let path, let reason): "the overlay \(path) could not be made: \(reason)"
        }
    }
}
