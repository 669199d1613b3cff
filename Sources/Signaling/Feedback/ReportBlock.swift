/// What a receiver reports on one stream (RFC 3550, section 6.4.1).
struct ReportBlock: Equatable {
    /// Its bytes in a packet.
    static let size = 24

    /// The stream's SSRC.
    var source: UInt32
    /// The part of packets lost since the report before, in 256ths.
    var fractionLost: UInt8
    /// How far it has received: the highest sequence number, with its cycles.
    var highest: UInt32
    /// Interarrival jitter, in units of the stream's clock.
    var jitter: UInt32
    /// The middle of the NTP timestamp of the newest sender report that it has; 0 before the first.
    var lastSenderReport: UInt32
    /// How long ago that came, in 65536ths of a second.
    var sinceSenderReport: UInt32

    /// Reads a block of at least ``size`` bytes.
    init(_ bytes: UnsafeRawBufferPointer) {
        func word(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        source = word(0)
        fractionLost = bytes[4]
        highest = word(8)
        jitter = word(12)
        lastSenderReport = word(16)
        sinceSenderReport = word(20)
    }
}
