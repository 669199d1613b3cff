/// One measurement that speaks against an instance: what was measured, and the limit it broke.
public struct Evidence: Sendable, Codable, Equatable {
    /// What the finding is about; it decides what is mended.
    public enum Part: String, Sendable, Codable, CaseIterable {
        /// QEMU's process, control socket, run state or vCPUs.
        case qemu
        /// The X server that QEMU's window is on.
        case display
        /// The capture of the picture.
        case capture
        /// The sound server, or the guest's stream in it.
        case sound
        /// The guest's bridge, TAP or interface.
        case network
        /// A viewer's own connection.
        case viewer
        /// Cost: processor, memory.
        case load
        /// The guest's disk.
        case disk
        /// The node itself: it does not report.
        case node
    }

    /// What it is about.
    public var part: Part
    /// One sentence for people.
    public var reason: String
    /// What was measured, with its unit: "2.6 s", "down", "T (stopped)".
    public var value: String
    /// The limit that it broke: "2 s"; nil where the value itself is the failure.
    @ExplicitNull public var threshold: String?
    /// Something should be done about it; otherwise it only degrades.
    public var isSevere: Bool

    /// Describes a finding.
    public init(part: Part, reason: String, value: String, threshold: String? = nil, isSevere: Bool = true) {
        self.part = part
        self.reason = reason
        self.value = value
        self.isSevere = isSevere
        self.threshold = threshold
    }
}
