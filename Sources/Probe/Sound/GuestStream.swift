/// The guest's stream in its sound server.
public enum GuestStream: String, Sendable, Codable, CaseIterable {
    /// It plays.
    case running
    /// It is there and holds still, as QEMU's does while the guest plays nothing.
    case corked
    /// There is none.
    case absent
}
