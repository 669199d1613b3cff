/// Time in the units of an RTP clock (RFC 3550, section 5.1).
public enum RTPClock {
    /// Whole units in so many nanoseconds.
    ///
    /// - Parameter rate: units in a second.
    public static func units(_ nanoseconds: UInt64, rate: Int) -> UInt64 {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return seconds * UInt64(rate) + rest * UInt64(rate) / 1_000_000_000
    }
}
