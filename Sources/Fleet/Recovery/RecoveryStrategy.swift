/// One way to mend an instance, from the narrowest to the widest.
public enum RecoveryStrategy: String, Sendable, Codable, CaseIterable {
    /// The guest's bridge, TAP or interface is set up again.
    case network
    /// PulseAudio is started again and QEMU's sound connected to it.
    case sound
    /// The capture of picture and sound is built again.
    case pipeline
    /// The X server is started again, and QEMU on it.
    case display
    /// QEMU is started again.
    case qemu
    /// The node is started again by its agent.
    case node
}
