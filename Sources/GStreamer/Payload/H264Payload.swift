import Glibc

/// H.264 in RTP packets, in non-interleaved mode (RFC 6184, section 6.3): a NAL unit alone, several small ones together
/// (STAP-A, section 5.7.1), or a large one in parts (FU-A, section 5.8).
enum H264Payload {
    /// Plans an access unit's packets; what stands before its first start code is no part of it.
    static func plan(_ unit: UnsafeRawBufferPointer, _ most: Int, _ pieces: inout [PayloadPiece]) {
        var together = Aggregate()
        forEachNAL(of: unit) { nal in
            if together.size(with: nal) > most { together.flush(unit, &pieces) }
            guard nal.count <= most else { return fragment(nal, unit, most, &pieces) }
            together.add(nal)
        }
        together.flush(unit, &pieces)
    }

    /// NAL units small enough to share a packet.
    private struct Aggregate {
        private var units: [Range<Int>] = []
        private var total = 0

        /// Bytes of a packet that holds one more.
        func size(with nal: Range<Int>) -> Int { units.isEmpty ? nal.count : 1 + total + 2 + nal.count }

        mutating func add(_ nal: Range<Int>) {
            units.append(nal)
            total += 2 + nal.count
        }

        mutating func flush(_ unit: UnsafeRawBufferPointer, _ pieces: inout [PayloadPiece]) {
            defer { self = Aggregate() }
            guard units.count > 1 else {
                if let only = units.first { pieces.append(PayloadPiece(range: only, endsPacket: true)) }
                return
            }
            // As important as the most important one in it.
            let header = 24 | (units.map { unit[$0.lowerBound] & 0x60 }.max() ?? 0)
            for (index, nal) in units.enumerated() {
                let (high, low) = (UInt8(nal.count >> 8), UInt8(nal.count & 0xff))
                let isLast = index == units.count - 1
                pieces.append(
                    index == 0
                        ? PayloadPiece(header, high, low, range: nal, endsPacket: isLast)
                        : PayloadPiece(high, low, range: nal, endsPacket: isLast))
            }
        }
    }

    private static func fragment(
        _ nal: Range<Int>, _ unit: UnsafeRawBufferPointer, _ most: Int, _ pieces: inout [PayloadPiece]
    ) {
        let header = unit[nal.lowerBound]
        let body = nal.dropFirst()
        for part in RTPPayloadFormat.parts(of: body, most: most - 2) {
            let starts: UInt8 = part.lowerBound == body.lowerBound ? 0x80 : 0
            let ends: UInt8 = part.upperBound == body.upperBound ? 0x40 : 0
            pieces.append(
                PayloadPiece(
                    header & 0xe0 | 28, starts | ends | header & 0x1f, range: part, endsPacket: true))
        }
    }

    /// The NAL units of a byte stream (ITU-T H.264, annex B), without start codes and the zeros around them.
    private static func forEachNAL(of unit: UnsafeRawBufferPointer, _ body: (Range<Int>) -> Void) {
        guard var start = startCode(in: unit, from: 0)?.end else { return }
        while start < unit.count {
            let next = startCode(in: unit, from: start)
            var end = next?.start ?? unit.count
            while end > start, unit[end - 1] == 0 { end -= 1 }
            if end > start { body(start..<end) }
            start = next?.end ?? unit.count
        }
    }

    private static func startCode(in unit: UnsafeRawBufferPointer, from offset: Int) -> (start: Int, end: Int)? {
        guard let base = unit.baseAddress else { return nil }
        // Its last byte is rarer than zeros are.
        var place = offset + 2
        while place < unit.count, let found = memchr(base + place, 1, unit.count - place) {
            let one = UnsafeRawPointer(found) - base
            if unit[one - 1] == 0, unit[one - 2] == 0 { return (one - 2, one + 1) }
            place = one + 1
        }
        return nil
    }
}
