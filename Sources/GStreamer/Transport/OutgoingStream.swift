import CGStreamer

/// One stream as it is sent: makes packets of its frames, remembers what can be sent again, and counts what reports tell.
/// Not for several threads at once.
final class OutgoingStream {
    /// Bytes of an RTP packet at most, before encryption: what passes most networks whole.
    static let largest = 1200
    /// Bytes of payload at most: whatever extensions the header has.
    static let mostPayload = largest - 24
    /// How far a frame's time may be from where the last one ended for sound to go on without a gap, in seconds.
    private static let tolerance = 0.005

    let stream: MediaTransport.Stream
    /// Bytes of media sent so far, RTP headers included and padding not.
    private(set) var bytes = 0
    private var history = SentFrames()
    private var pieces: [PayloadPiece] = []
    // Far from where they begin anew: who misses that does not decrypt any more (RFC 3711, section 3.3.1).
    private var sequence = UInt16.random(in: 0...0x7fff)
    private var repairSequence = UInt16.random(in: 0...0x7fff)
    /// The newest frame's number and where it ended, in units of the clock.
    private var number = UInt16.random(in: 0...0x7fff)
    private var end: UInt32?
    private var packets: UInt32 = 0
    private var octets: UInt32 = 0
    /// The newest frame's RTP timestamp and its time in nanoseconds.
    private var newest: (timestamp: UInt32, time: UInt64)?

    init(_ stream: MediaTransport.Stream) { self.stream = stream }

    /// Whether a frame was sent.
    var hasBegun: Bool { newest != nil }

    /// Begins a frame, of which ``next(of:into:)`` then makes the packets.
    ///
    /// - Parameters:
    ///   - buffer: what holds the frame.
    ///   - time: nanoseconds.
    func begin(
        _ frame: UnsafeRawBufferPointer, _ buffer: SharedBuffer, at time: UInt64
    ) -> PacketCursor {
        number &+= 1
        stream.format.plan(frame, most: Self.mostPayload, number: number, into: &pieces)
        let count = pieces.count(where: \.endsPacket)
        var cursor = PacketCursor(timestamp: timestamp(at: time), left: count)
        if stream.format == .opus {
            let gap = end.map { Int32(bitPattern: cursor.timestamp &- $0).magnitude } ?? .max
            if Double(gap) <= Self.tolerance * Double(stream.clock), let end {
                cursor.timestamp = end
            } else {
                // Silence before it (RFC 7587, section 4.2).
                cursor.marksStart = true
            }
            let length = RTPClock.units(buffer.view.duration ?? 0, rate: stream.clock)
            end = cursor.timestamp &+ UInt32(truncatingIfNeeded: length)
        }
        newest = (cursor.timestamp, time)
        if stream.repair != nil {
            history.keep(
                SentFrame(
                    buffer: buffer, first: sequence &+ 1, count: count, timestamp: cursor.timestamp, number: number))
        }
        return cursor
    }

    /// Makes the frame's next packet.
    ///
    /// - Returns: its size; nil after the last.
    func next(
        _ cursor: inout PacketCursor, of frame: UnsafeRawBufferPointer, into slot: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard cursor.left > 0 else { return nil }
        cursor.left -= 1
        sequence &+= 1
        let start = header(sequence, cursor.timestamp, isFirst: cursor.piece == 0, into: slot)
        var size = start
        while cursor.piece < pieces.count {
            let piece = pieces[cursor.piece]
            piece.write(of: frame, to: UnsafeMutableRawBufferPointer(rebasing: slot[size...]))
            size += piece.size
            cursor.piece += 1
            if piece.endsPacket { break }
        }
        if stream.format == .opus ? cursor.marksStart : cursor.left == 0 { slot[1] |= 0x80 }
        packets &+= 1
        octets &+= UInt32(size - start)
        bytes += size
        return size
    }

    /// Makes a packet that is all padding, at the last frame's time. Only between two frames, of which there was one.
    func padding(into slot: UnsafeMutableRawBufferPointer) -> Int {
        sequence &+= 1
        let start = header(sequence, newest?.timestamp ?? 0, isFirst: false, into: slot)
        slot[0] |= 0x20
        UnsafeMutableRawBufferPointer(rebasing: slot[start..<start + MediaTransport.paddingSize]).initializeMemory(
            as: UInt8.self, repeating: 0)
        slot[start + MediaTransport.paddingSize - 1] = UInt8(MediaTransport.paddingSize)
        packets &+= 1
        return start + MediaTransport.paddingSize
    }

    /// Makes a packet that repeats one (RFC 4588, section 4): the original sequence number goes before the payload.
    ///
    /// - Returns: its size; nil where the packet is not remembered, or was repeated enough.
    func repeated(_ wanted: UInt16, into slot: UnsafeMutableRawBufferPointer, at now: UInt64) -> Int? {
        guard let repair = stream.repair, let frame = history.take(wanted, at: now) else { return nil }
        return frame.buffer.view.withBytes { bytes in
            var again: [PayloadPiece] = []
            stream.format.plan(bytes, most: Self.mostPayload, number: frame.number, into: &again)
            let packets = again.split(omittingEmptySubsequences: false) { $0.endsPacket }
            let index = Int(wanted &- frame.first)
            repairSequence &+= 1
            var size = header(repairSequence, frame.timestamp, isFirst: index == 0, into: slot)
            slot[1] = repair.payloadType | (index == frame.count - 1 ? 0x80 : 0)
            slot.store(repair.source, at: 8)
            slot.store(wanted, at: size)
            size += 2
            // The piece that ends a packet is what the pieces were split at.
            for piece in again[packets[index].startIndex...packets[index].endIndex] {
                piece.write(of: bytes, to: UnsafeMutableRawBufferPointer(rebasing: slot[size...]))
                size += piece.size
            }
            return size
        }
    }

    /// What there is to say of it at that time (nanoseconds, and by the wall clock); nil before the first packet.
    func report(at now: UInt64, wallClock: NTPTime) -> SenderReport? {
        guard let newest else { return nil }
        let age = Int64(bitPattern: now &- newest.time)
        let units = Int64((Double(age) / 1e9 * Double(stream.clock)).rounded())
        return SenderReport(
            source: stream.source, wallClock: wallClock,
            timestamp: newest.timestamp &+ UInt32(truncatingIfNeeded: units), packets: packets, octets: octets)
    }

    private func timestamp(at time: UInt64) -> UInt32 {
        stream.timestampOffset &+ UInt32(truncatingIfNeeded: RTPClock.units(time, rate: stream.clock))
    }

    /// Writes a header, with a place for the transport-wide number first of its extensions.
    ///
    /// - Returns: its size.
    private func header(
        _ sequence: UInt16, _ timestamp: UInt32, isFirst: Bool, into slot: UnsafeMutableRawBufferPointer
    ) -> Int {
        slot[0] = 0x80
        slot[1] = stream.payloadType
        slot.store(sequence, at: 2)
        slot.store(timestamp, at: 4)
        slot.store(stream.source, at: 8)
        // "Render as soon as you can": minimum and maximum, 12 bits each.
        let delay = isFirst ? stream.playoutDelay : nil
        guard stream.transportWide != nil || delay != nil else { return 12 }
        slot[0] |= 0x10
        var place = 16
        if let id = stream.transportWide {
            slot[place] = id << 4 | 1
            place += 3
        }
        if let delay {
            slot[place] = delay << 4 | 2
            for offset in 1...3 { slot[place + offset] = 0 }
            place += 4
        }
        while place % 4 != 0 {
            slot[place] = 0
            place += 1
        }
        slot.store(UInt16(0xbede), at: 12)
        slot.store(UInt16((place - 16) / 4), at: 14)
        return place
    }

    /// Where ``header(_:_:isFirst:into:)`` leaves room for the transport-wide number.
    static let numberPlace = 17
}

extension UnsafeMutableRawBufferPointer {
    /// Writes a number in network order.
    func store<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        storeBytes(of: number.bigEndian, toByteOffset: offset, as: Number.self)
    }
}
