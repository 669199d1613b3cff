/// What is known about an instance when its health is judged; nil is "not measured" and accuses nobody.
public struct HealthFacts: Sendable, Equatable {
    /// The node answers at all.
    public var nodeReachable = true
    /// Something is still on its first way up.
    public var isStarting = false
    /// QEMU's process lives.
    public var qemuRunning: Bool?
    /// QEMU's `query-status`: "running", "paused" ...; nil when not asked.
    public var runState: String?
    /// QEMU answered its control socket in time.
    public var qmpAnswers: Bool?
    /// The X server's process lives.
    public var displayRunning: Bool?
    /// The sound server's process lives.
    public var pulseRunning: Bool?
    /// Seconds since the capture delivered a frame, changed or not.
    public var lastFrameAge: Double?
    /// Per cent of one core.
    public var qemuCPU: Double?
    /// Per cent of the host's memory.
    public var qemuMemory: Double?
    /// The bridge is up; nil when the guest has none.
    public var bridgeUp: Bool?
    /// The TAP is up; nil when the guest has none.
    public var tapUp: Bool?
    /// Transmit and receive errors since the judgement before.
    public var newNetworkErrors: Int?
    /// Viewers whose own reports are bad.
    public var troubledViewers: Int?

    /// Nothing is known.
    public init() {}
}
