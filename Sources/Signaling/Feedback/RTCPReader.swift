/// Reads the RTCP packets (RFC 3550, section 6) of somebody who receives: what they report on a stream, what became of each
/// packet, what they miss.
enum RTCPReader {
    /// Something in a packet.
    enum Item: Equatable {
        /// A report on one stream.
        case report(ReportBlock)
        /// A packet of that transport-wide number arrived at that time, in nanoseconds of the receiver's clock, which
        /// begins anew with its 24 bits of 64 ms; nil: it did not arrive
        /// (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1).
        case packet(UInt16, arrivedAt: UInt64?)
        /// A packet of a stream is to be sent again: its sequence number (RFC 4585, section 6.2.1).
        case missing(UInt16, of: UInt32)
        /// A stream's picture cannot be decoded any more (PLI, RFC 4585, section 6.3.1).
        case pictureLost(of: UInt32)
        /// A keyframe of a stream is wanted; the request repeats its number until it is heard (FIR, RFC 5104, section 4.3.1).
        case keyframeWanted(of: UInt32, number: UInt8)
    }

    /// After so many nanoseconds the clock of transport-wide feedback begins anew.
    static let clockPeriod: Int64 = (1 << 24) * 64_000_000

    /// Packets that one RTCP packet may tell of: receivers report some ten times a second. Or one that repeats itself costs
    /// whoever sends it nothing, and a processor here.
    static let most = 1 << 14

    /// Tells what is in a packet, which may be several in one. What is malformed is passed over, with all that follows, and
    /// so is what exceeds ``most``.
    static func read(_ rtcp: UnsafeRawBufferPointer, _ tell: (Item) -> Void) {
        var rest = rtcp
        var left = most
        while rest.count >= 4 {
            let size = 4 * (Int(rest.word(2)) + 1)
            guard rest[0] >> 6 == 2, size <= rest.count else { return }
            let packet = UnsafeRawBufferPointer(rebasing: rest[..<size])
            let count = Int(packet[0] & 0x1f)
            switch (packet[1], count) {
            case (205, 15):
                guard size >= firstChunk else { break }
                left -= Int(packet.word(14))
                if left >= 0 { readFeedback(packet, tell) }
            case (205, 1):
                left -= 17 * (size / 4)
                if left >= 0 { readMissing(packet, tell) }
            case (206, 1):
                if size >= 12 { tell(.pictureLost(of: packet.long(8))) }
            case (206, 4):
                for start in stride(from: 12, to: size - 7, by: 8) {
                    tell(.keyframeWanted(of: packet.long(start), number: packet[start + 4]))
                }
            case (200, _), (201, _):
                let first = packet[1] == 200 ? 28 : 8
                for start in stride(from: first, to: first + count * ReportBlock.size, by: ReportBlock.size) {
                    guard start + ReportBlock.size <= size else { break }
                    tell(.report(ReportBlock(UnsafeRawBufferPointer(rebasing: packet[start...]))))
                }
            default: break
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[size...])
        }
    }

    /// Each entry names a packet, and by a bit each which of the sixteen after it are missing, too.
    private static func readMissing(_ packet: UnsafeRawBufferPointer, _ tell: (Item) -> Void) {
        for start in stride(from: 12, to: packet.count - 3, by: 4) {
            let (first, mask) = (packet.word(start), packet.word(start + 2))
            tell(.missing(first, of: packet.long(8)))
            for bit in UInt16(0)..<16 where mask >> bit & 1 == 1 {
                tell(.missing(first &+ bit &+ 1, of: packet.long(8)))
            }
        }
    }

    /// Where the chunks of transport-wide feedback begin.
    private static let firstChunk = 20

    /// Chunks tell which packets arrived, and behind all of them stands for each that did by how much later than the one
    /// before.
    private static func readFeedback(_ packet: UnsafeRawBufferPointer, _ tell: (Item) -> Void) {
        let count = Int(packet.word(14))
        var (covered, deltas) = (0, firstChunk)
        while covered < count {
            guard deltas + 2 <= packet.count else { return }
            covered += Chunk(packet.word(deltas)).count
            deltas += 2
        }
        var number = packet.word(12)
        var left = count
        var time = Int64(packet.word(16)) << 8 | Int64(packet[18])
        time *= 64_000_000
        for offset in stride(from: firstChunk, to: deltas, by: 2) {
            let chunk = Chunk(packet.word(offset))
            let size = min(left, chunk.count)
            left -= size
            for index in 0..<size {
                defer { number &+= 1 }
                switch chunk.symbol(index) {
                case 0:
                    tell(.packet(number, arrivedAt: nil))
                    continue
                case 1:
                    guard deltas + 1 <= packet.count else { return }
                    time += Int64(packet[deltas]) * 250_000
                    deltas += 1
                case 2:
                    guard deltas + 2 <= packet.count else { return }
                    time += Int64(Int16(bitPattern: packet.word(deltas))) * 250_000
                    deltas += 2
                default:
                    // Reserved: nobody knows what else would be read wrongly.
                    return
                }
                tell(.packet(number, arrivedAt: UInt64((time % clockPeriod + clockPeriod) % clockPeriod)))
            }
        }
    }

    /// One symbol for many packets, or fourteen of one bit, or seven of two (sections 3.1.3 and 3.1.4).
    private struct Chunk {
        private let word: UInt16

        init(_ word: UInt16) { self.word = word }

        private var isRun: Bool { word & 0x8000 == 0 }
        private var isOfTwoBits: Bool { word & 0x4000 != 0 }

        /// Packets that it tells of.
        var count: Int { isRun ? Int(word & 0x1fff) : isOfTwoBits ? 7 : 14 }

        func symbol(_ index: Int) -> UInt16 {
            if isRun { return word >> 13 & 3 }
            return isOfTwoBits ? word >> (12 - 2 * index) & 3 : word >> (13 - index) & 1
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The 16 bits there, in network order.
    fileprivate func word(_ offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }

    /// The 32 bits there, in network order.
    fileprivate func long(_ offset: Int) -> UInt32 { UInt32(word(offset)) << 16 | UInt32(word(offset + 2)) }
}
