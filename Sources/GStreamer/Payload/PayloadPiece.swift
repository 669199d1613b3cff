/// A part of a packet's payload: a few bytes that the payload format puts in front, and a part of the frame.
struct PayloadPiece: Equatable {
    /// Bytes in front of the frame's, the first one highest.
    private let prefix: UInt32
    private let prefixCount: Int
    /// The part of the frame.
    let range: Range<Int>
    /// Whether the packet ends with it.
    var endsPacket: Bool

    /// - Parameter prefix: four bytes at most.
    init(_ prefix: UInt8..., range: Range<Int>, endsPacket: Bool) {
        self.prefix = prefix.reduce(0) { $0 << 8 | UInt32($1) }
        prefixCount = prefix.count
        self.range = range
        self.endsPacket = endsPacket
    }

    /// Its bytes in a packet.
    var size: Int { prefixCount + range.count }

    /// Writes it.
    func write(of frame: UnsafeRawBufferPointer, to place: UnsafeMutableRawBufferPointer) {
        for index in 0..<prefixCount {
            place[index] = UInt8(truncatingIfNeeded: prefix >> UInt32(8 * (prefixCount - 1 - index)))
        }
        UnsafeMutableRawBufferPointer(rebasing: place[prefixCount..<size]).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: frame[range]))
    }
}
