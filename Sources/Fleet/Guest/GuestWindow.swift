/// QEMU's window on its X server.
public struct GuestWindow: Sendable, Hashable {
    /// The X window's id.
    public let id: UInt32
    /// Its size in pixels when it was placed; it follows the guest's mode from then on.
    public let width: Int
    /// Its size in pixels when it was placed; it follows the guest's mode from then on.
    public let height: Int
}
