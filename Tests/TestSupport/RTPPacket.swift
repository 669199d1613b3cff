/// An RTP packet's parts (RFC 3550, section 5.1), read byte by byte, with header extensions of one byte (RFC 8285).
public struct RTPPacket: Sendable {
    /// Set on the last packet of a frame.
    public let marker: Bool
    /// What kind of payload.
    public let payloadType: UInt8
    /// The sequence number.
    public let sequence: UInt16
    /// In units of the payload's clock.
    public let timestamp: UInt32
    /// The SSRC.
    public let source: UInt32
    /// Header extensions by their ids.
    public let extensions: [UInt8: [UInt8]]
    /// Bytes of padding; 0 without the P bit.
    public let padding: Int
    /// Bytes of payload.
    public let payload: Int

    /// Nil for what is no RTP packet.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 12, bytes[0] >> 6 == 2 else { return nil }
        marker = bytes[1] & 0x80 != 0
        payloadType = bytes[1] & 0x7F
        sequence = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        timestamp = bytes[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
        source = bytes[8..<12].reduce(0) { $0 << 8 | UInt32($1) }
        var offset = 12 + 4 * Int(bytes[0] & 0x0F)
        var found: [UInt8: [UInt8]] = [:]
        if bytes[0] & 0x10 != 0 {
            guard bytes.count >= offset + 4, bytes[offset] == 0xBE, bytes[offset + 1] == 0xDE else { return nil }
            let end = offset + 4 + 4 * (Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3]))
            guard bytes.count >= end else { return nil }
            offset += 4
            while offset < end {
                let (id, length) = (bytes[offset] >> 4, Int(bytes[offset] & 0x0F) + 1)
                offset += 1
                // A zero byte fills up to a multiple of four.
                guard id != 0 else { continue }
                guard offset + length <= end else { return nil }
                found[id] = Array(bytes[offset..<(offset + length)])
                offset += length
            }
            offset = end
        }
        extensions = found
        padding = bytes[0] & 0x20 != 0 ? Int(bytes[bytes.count - 1]) : 0
        payload = bytes.count - offset - padding
        guard payload >= 0 else { return nil }
    }
}
