/// What is known about an instance when its health is judged; nil is "not measured" and accuses nobody.
public struct HealthFacts: Sendable, Equatable {
    /// Whether the node reports; what is left of the facts is worth nothing when it does not.
    public var node = NodeContact.reporting
    /// The services are on their first way up.
    public var isStarting = false

    /// QEMU's process.
    public var qemu: ServiceFact?
    /// The X server's process.
    public var display: ServiceFact?
    /// The sound server's process.
    public var pulse: ServiceFact?

    /// QEMU's `query-status`: "running", "paused" ...; nil when not known.
    public var runState: String?
    /// The guest was paused because others are in focus.
    public var isPausedForFocus = false
    /// Seconds for which QEMU has owed an answer on its control socket; 0 when it answers.
    public var controlSilence: Double?
    /// Per cent of a core that the guest's processors take.
    public var vcpuProgress: Double?
    /// Disk errors that QEMU reported within `GuestIncidents.window`.
    public var newDiskErrors: Int?
    /// The last of them in QEMU's words.
    public var lastDiskError: String?
    /// The guest's kernel reported a panic and was not reset since.
    public var hasPanicked: Bool?
    /// Why the guest shut down, QEMU's word; nil when it did not.
    public var shutdown: String?

    /// Whether QEMU's RFB server listens, where it was asked for.
    public var vncListens: Bool?

    /// Seconds since the capture delivered a frame, changed or not.
    public var lastFrameAge: Double?
    /// Seconds since the sound server answered.
    public var soundAnswerAge: Double?
    /// The guest had a stream in the sound server, or should have, and has none.
    public var guestStreamLost: Bool?

    /// Per cent of one core.
    public var qemuCPU: Double?
    /// Seconds for which `qemuCPU` has been over the limit.
    public var qemuBusyFor: Double?
    /// Per cent of the host's memory.
    public var qemuMemory: Double?

    /// The guest's bridge and TAP.
    public var network: NetworkReading?
    /// What is wrong with viewers' own connections.
    public var troubles: [ViewerTrouble]?

    /// Nothing is known.
    public init() {}

    /// False where nothing comes back from the node's host.
    public var nodeReachable: Bool {
        get { node == .reporting }
        set { node = newValue ? .reporting : .timedOut }
    }
}
