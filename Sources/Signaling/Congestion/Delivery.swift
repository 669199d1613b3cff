/// A ``PacketResult`` with its wrapping counters unrolled, admitted once.
struct Delivery: Sendable, Hashable {
    /// The sequence number, unrolled.
    var sequence: Int64
    /// When it left, nanoseconds, local clock.
    var sentAt: Int64
    /// When it arrived, nanoseconds, remote clock unrolled; nil: lost.
    var arrivedAt: Int64?
    /// Bytes on the wire.
    var size: Int
    /// Whether it was part of a probe.
    var isProbe: Bool
    /// Whether an earlier feedback had called this packet lost.
    var wasCalledLost: Bool
}
