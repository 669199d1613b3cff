import Probe

/// Remembers the newest packets sent, by their transport-wide sequence numbers, until feedback tells what became of them.
///
/// Any thread notes, any thread looks up; no lock, no allocation: a packet is one word.
final class SentPackets: Sendable {
    /// A packet on the wire.
    struct Packet: Equatable {
        /// When it was sent, in nanoseconds; exact to a microsecond.
        let sentAt: UInt64
        /// Its bytes, SRTP's tag included, IP and UDP not.
        let size: Int
        /// Whether it is padding, and no media.
        let isPadding: Bool
    }

    /// Packets remembered: at 10 Mbit/s some two seconds.
    static let capacity = 2048
    /// Microseconds count up to 19 hours, and begin anew.
    private static let clock: UInt64 = (1 << 36) - 1
    private static let largest = (1 << 11) - 1

    /// 36 bits of time, 11 of size, one for padding, 16 of number.
    private let slots = AtomicWords(count: capacity)

    /// Notes a packet that is sent.
    func note(_ number: UInt16, size: Int, isPadding: Bool, at now: UInt64) {
        let size = UInt64(max(1, min(size, Self.largest)))
        let word = (now / 1000 & Self.clock) << 28 | size << 17 | (isPadding ? 1 << 16 : 0) | UInt64(number)
        slots[Int(number) % Self.capacity] = word
    }

    /// The packet of that number; nil for one that was not sent, or so long ago that another has taken its place.
    func packet(_ number: UInt16, at now: UInt64) -> Packet? {
        let word = slots[Int(number) % Self.capacity]
        guard word != 0, UInt16(truncatingIfNeeded: word) == number else { return nil }
        let age = (now / 1000 &- word >> 28) & Self.clock
        return Packet(
            sentAt: (now / 1000 &- age) * 1000, size: Int(word >> 17 & UInt64(Self.largest)),
            isPadding: word & 1 << 16 != 0)
    }
}
