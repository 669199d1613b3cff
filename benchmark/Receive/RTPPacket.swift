/// One RTP packet (RFC 3550 section 5.1), lent.
struct RTPPacket {
    private let bytes: UnsafeRawBufferPointer
    private let header: Int

    /// Reads the header; nil for what is too short to be a packet.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 12 else { return nil }
        var header = 12 + 4 * Int(bytes[0] & 0x0f)
        if bytes[0] & 0x10 != 0 {
            guard bytes.count >= header + 4 else { return nil }
            header += 4 + 4 * (Int(bytes[header + 2]) << 8 | Int(bytes[header + 3]))
        }
        guard bytes.count >= header else { return nil }
        self.bytes = bytes
        self.header = header
    }

    var size: Int { bytes.count }
    var payloadType: Int32 { Int32(bytes[1] & 0x7f) }
    /// Set on the last packet of a frame.
    var marker: Bool { bytes[1] & 0x80 != 0 }
    var sequence: UInt16 { UInt16(bytes[2]) << 8 | UInt16(bytes[3]) }
    var timestamp: UInt32 { bytes[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }

    /// Whether the packet belongs to a keyframe, as far as it shows: one packet of each keyframe does.
    func showsKeyframe(_ codec: VideoCodec) -> Bool {
        guard bytes.count > header + 1 else { return false }
        switch codec {
        case .h264:
            // RFC 6184: single unit, STAP-A (its first unit), FU-A.
            switch bytes[header] & 0x1f {
            case 5, 7: return true
            case 24: return bytes.count > header + 3 && [5, 7].contains(bytes[header + 3] & 0x1f)
            case 28: return bytes[header + 1] & 0x1f == 5
            default: return false
            }
        case .vp8:
            // RFC 7741: the descriptor, then in the first packet of a frame its header, whose lowest bit is 0.
            guard bytes[header] & 0x17 == 0x10 else { return false }
            var next = header + 1
            if bytes[header] & 0x80 != 0 {
                let extensions = bytes[next]
                next += 1
                if extensions & 0x80 != 0, next < bytes.count { next += bytes[next] & 0x80 != 0 ? 2 : 1 }
                if extensions & 0x40 != 0 { next += 1 }
                if extensions & 0x30 != 0 { next += 1 }
            }
            return next < bytes.count && bytes[next] & 1 == 0
        }
    }
}
