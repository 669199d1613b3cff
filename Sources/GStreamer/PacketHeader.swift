/// What an RTP packet's header says (RFC 3550, section 5.1), which SRTP leaves readable.
public struct PacketHeader: Sendable, Equatable {
    /// Bytes that hold the header of any packet that Loco sends, its extensions included.
    static let longest = 32

    /// Whether it is the last of its frame.
    public var marker: Bool
    /// Whether it ends with padding.
    public var isPadded: Bool
    /// The stream's SSRC.
    public var source: UInt32
    /// The transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 2); nil for none.
    public var transportWide: UInt16?

    /// Reads a packet's first bytes; nil for RTCP (RFC 5761, section 4), and for anything that is no RTP.
    ///
    /// - Parameter id: the one-byte header extension's (RFC 8285, section 4.2) that holds the transport-wide number.
    init?(_ bytes: UnsafeRawBufferPointer, transportWide id: UInt8?) {
        guard bytes.count >= 12, bytes[0] >> 6 == 2, !(192...223).contains(bytes[1]) else { return nil }
        isPadded = bytes[0] & 0x20 != 0
        marker = bytes[1] & 0x80 != 0
        source = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        transportWide = id.flatMap { Self.number($0, in: bytes) }
    }

    private static func number(_ wanted: UInt8, in bytes: UnsafeRawBufferPointer) -> UInt16? {
        func word(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1]) }
        var offset = 12 + 4 * Int(bytes[0] & 0x0f)
        guard bytes[0] & 0x10 != 0, offset + 4 <= bytes.count, word(offset) == 0xbede else { return nil }
        let end = min(bytes.count, offset + 4 + 4 * Int(word(offset + 2)))
        offset += 4
        while offset < end {
            let (id, length) = (bytes[offset] >> 4, Int(bytes[offset] & 0x0f) + 1)
            // Padding between elements is a single zero.
            guard bytes[offset] != 0 else {
                offset += 1
                continue
            }
            guard id != 15, offset + 1 + length <= end else { return nil }
            if id == wanted { return length == 2 ? word(offset + 1) : nil }
            offset += 1 + length
        }
        return nil
    }
}
