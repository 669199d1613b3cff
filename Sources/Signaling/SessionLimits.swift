/// The deadlines and bounds of viewers' sessions.
public struct SessionLimits: Sendable, Equatable {
    /// Viewers at the same time.
    public var viewers: Int
    /// From the answer to a connection, in nanoseconds.
    public var connectWithin: UInt64
    /// Without heartbeat or receiver report, in nanoseconds.
    public var silence: UInt64
    /// How often both are looked at.
    public var checkInterval: Duration

    /// Limits with their defaults.
    public init(
        viewers: Int = 16, connectWithin: UInt64 = 15_000_000_000, silence: UInt64 = 7_000_000_000,
        checkInterval: Duration = .seconds(1)
    ) {
        self.viewers = viewers
        self.connectWithin = connectWithin
        self.silence = silence
        self.checkInterval = checkInterval
    }
}
