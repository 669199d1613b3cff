/// A request to show that the path carries more: send at that rate for that time, with padding after the frames.
///
/// Padding stops as soon as ``BandwidthEstimator/activeProbe`` is no longer this plan.
struct ProbePlan: Sendable, Hashable {
    /// Which probe of this viewer it is, from 1.
    var number: Int
    /// Bits per second of media and padding together, of packets with transport-wide sequence numbers.
    var target: Int
    /// For how long, milliseconds.
    var duration: Int
    /// At least so many packets: padding packets are small when the rate is.
    var minimumPackets: Int

    /// Bytes to send in all, media included.
    var bytes: Int { target / 8 * duration / 1000 }
}
