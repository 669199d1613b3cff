/// What a sender says of one stream (RTCP, RFC 3550, section 6.4.1), without a report on anything received.
struct SenderReport {
    /// The stream's SSRC.
    var source: UInt32
    /// When it is said.
    var wallClock: NTPTime
    /// The same time in units of the stream's RTP clock.
    var timestamp: UInt32
    /// Packets sent so far, and the bytes of their payloads; both wrap.
    var packets: UInt32
    var octets: UInt32

    /// The packet's bytes.
    var bytes: [UInt8] {
        [0x80, 200, 0, 6].joined(
            with: [
                source, UInt32(truncatingIfNeeded: wallClock.bits >> 32), UInt32(truncatingIfNeeded: wallClock.bits),
                timestamp, packets, octets,
            ])
    }
}

extension [UInt8] {
    /// These bytes, and words in network order.
    func joined(with words: [UInt32]) -> [UInt8] {
        self + words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
    }
}
