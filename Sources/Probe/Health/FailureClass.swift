/// Where a failure is, which decides how it is mended.
public enum FailureClass: String, Sendable, Codable, CaseIterable {
    /// There is none.
    case none
    /// The guest's bridge, TAP or interface.
    case network
    /// The guest, its screen, its sound or QEMU.
    case qemu
    /// The guest and its media are well; a viewer's own connection is not.
    case client
    /// Network and QEMU.
    case mixed
}
