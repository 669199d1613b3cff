/// How a codec's frames are put into RTP packets.
///
/// Pure: the same frame gives the same packets, so that one which was lost can be made again from the frame.
public enum RTPPayloadFormat: Sendable, Equatable {
    /// An access unit of H.264 as a byte stream, in non-interleaved mode (RFC 6184).
    case h264
    /// A frame of VP8 (RFC 7741), with picture ids of 15 bits.
    case vp8
    /// A packet of Opus (RFC 7587).
    case opus

    /// Plans a frame's packets.
    ///
    /// - Parameters:
    ///   - most: bytes of a payload at most.
    ///   - number: the frame's in its stream.
    ///   - pieces: gets the packets' pieces, in their order, instead of what it holds. Nothing for an empty frame.
    func plan(
        _ frame: UnsafeRawBufferPointer, most: Int, number: UInt16, into pieces: inout [PayloadPiece]
    ) {
        pieces.removeAll(keepingCapacity: true)
        guard !frame.isEmpty else { return }
        switch self {
        case .opus: pieces.append(PayloadPiece(range: 0..<frame.count, endsPacket: true))
        case .vp8: planVP8(frame, most, number, &pieces)
        case .h264: H264Payload.plan(frame, most, &pieces)
        }
    }

    /// A descriptor goes before each part (section 4.2): whether the frame begins, and its number.
    private func planVP8(
        _ frame: UnsafeRawBufferPointer, _ most: Int, _ number: UInt16, _ pieces: inout [PayloadPiece]
    ) {
        for part in Self.parts(of: 0..<frame.count, most: most - 4) {
            pieces.append(
                PayloadPiece(
                    part.lowerBound == 0 ? 0x90 : 0x80, 0x80, 0x80 | UInt8(number >> 8 & 0x7f), UInt8(number & 0xff),
                    range: part, endsPacket: true))
        }
    }

    /// Parts of about the same size: a short last one would cost as much as the others.
    static func parts(of range: Range<Int>, most: Int) -> [Range<Int>] {
        let count = (range.count + most - 1) / most
        let size = (range.count + max(1, count) - 1) / max(1, count)
        return (0..<count).map { index in
            let start = range.lowerBound + index * size
            return start..<min(start + size, range.upperBound)
        }
    }
}
