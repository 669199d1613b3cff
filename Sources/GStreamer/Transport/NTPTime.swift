import Glibc

/// The wall clock as RTCP tells it: 32 bits of seconds since 1900, 32 of their fraction (RFC 3550, section 4).
public struct NTPTime: Sendable, Equatable {
    /// The 64 bits.
    public let bits: UInt64

    /// The time of these bits.
    public init(bits: UInt64) { self.bits = bits }

    /// Now.
    public static func now() -> NTPTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let fraction = UInt64(time.tv_nsec) << 32 / 1_000_000_000
        return NTPTime(bits: UInt64(time.tv_sec + 2_208_988_800) << 32 | fraction)
    }

    /// The middle 32 bits, in 65536ths of a second, by which receivers refer to a report.
    public var middle: UInt32 { UInt32(truncatingIfNeeded: bits >> 16) }
}
