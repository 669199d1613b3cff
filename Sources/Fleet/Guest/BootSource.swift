/// What a guest boots from.
public enum BootSource: Sendable, Codable, Hashable {
    /// A raw image shared by all guests and never written: a floppy if it has a floppy's size, a disk otherwise
    /// (the guest's writes to it are forgotten when it stops).
    case sharedImage(String)
    /// A guest's own disk image. It is never written either: the guest's changes go to an overlay beside its sockets.
    case disk(String)
}
