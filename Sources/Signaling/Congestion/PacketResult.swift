/// What transport-wide feedback said of one packet (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1).
struct PacketResult: Sendable, Hashable {
    /// The transport-wide sequence number as it was on the wire; it wraps.
    var sequence: UInt16
    /// When the packet left, in nanoseconds of a local clock that only goes forward. Only differences count.
    var sentAt: UInt64
    /// When it arrived, in nanoseconds of the receiver's clock, whose epoch is unknown and which wraps; nil: lost.
    var receivedAt: UInt64?
    /// Bytes on the wire.
    var size: Int
    /// Whether it was sent because of a ``ProbePlan``.
    var isProbe: Bool = false
}
