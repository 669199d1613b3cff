/// Turns feedback into deliveries: unrolls sequence numbers and the remote clock, and lets each packet count once.
///
/// Receivers repeat packets in later feedback, and call a packet lost that was only reordered. A packet that no
/// feedback ever mentions is unknown, not lost: then it was the feedback that got lost.
struct FeedbackLedger {
    /// Packets remembered; at 10 Mbit/s some two seconds, twenty times the interval between feedbacks.
    static let depth = 2048

    /// A remote clock that moves by more from packet to packet says nothing; a stream's floor is a frame a second.
    static let longestGap: Int64 = 10_000_000_000

    private enum Fate: UInt8 { case unknown, lost, received }
    private var sequences = [Int64](repeating: -1, count: depth)
    private var fates = [Fate](repeating: .unknown, count: depth)
    private var newest: (sequence: Int64, sentAt: Int64)?
    private var lastArrival: (reported: Int64, unrolled: Int64)?

    /// What of this feedback is news, in the order of sending.
    mutating func admit(_ packets: [PacketResult]) -> [Delivery] {
        var news: [Delivery] = []
        news.reserveCapacity(packets.count)
        for packet in packets {
            let sentAt = Int64(truncatingIfNeeded: packet.sentAt)
            guard let sequence = unroll(packet.sequence, sentAt: sentAt) else { continue }
            let slot = Int(sequence % Int64(Self.depth))
            let known = sequences[slot] == sequence ? fates[slot] : .unknown
            guard known == .unknown || (known == .lost && packet.receivedAt != nil) else { continue }
            sequences[slot] = sequence
            fates[slot] = packet.receivedAt == nil ? .lost : .received
            news.append(
                Delivery(
                    sequence: sequence, sentAt: sentAt, arrivedAt: packet.receivedAt.map { unroll(arrival: $0) },
                    size: packet.size, isProbe: packet.isProbe, wasCalledLost: known == .lost))
        }
        return news.sorted { $0.sequence < $1.sequence }
    }

    /// Nil for packets too old to be told from others.
    private mutating func unroll(_ reported: UInt16, sentAt: Int64) -> Int64? {
        guard let newest else {
            // One cycle up, so that reordering around the first packet stays above zero.
            let first = Int64(reported) + 65_536
            self.newest = (first, sentAt)
            return first
        }
        var sequence =
            newest.sequence
            + Int64(Int16(bitPattern: reported &- UInt16(truncatingIfNeeded: newest.sequence)))
        // Feedback lost for half a cycle makes a new number look old; the time of sending tells.
        if sequence <= newest.sequence, sentAt > newest.sentAt { sequence += 65_536 }
        guard sequence > newest.sequence - Int64(Self.depth) else { return nil }
        if sequence > newest.sequence { self.newest = (sequence, sentAt) }
        return sequence
    }

    private mutating func unroll(arrival: UInt64) -> Int64 {
        let reported = Int64(arrival % UInt64(RTCPReader.clockPeriod))
        guard let last = lastArrival else {
            lastArrival = (reported, reported)
            return reported
        }
        var difference = reported - last.reported
        if difference > RTCPReader.clockPeriod / 2 { difference -= RTCPReader.clockPeriod }
        if difference < -RTCPReader.clockPeriod / 2 { difference += RTCPReader.clockPeriod }
        // Receivers are strangers: whatever they report, the sum stays far from overflow. Those who measure see a jump
        // and begin anew.
        if abs(difference) > Self.longestGap || abs(last.unrolled) > RTCPReader.clockPeriod * 1000 {
            difference = last.unrolled > 0 ? -Self.longestGap : Self.longestGap
        }
        let unrolled = last.unrolled + difference
        lastArrival = (reported, unrolled)
        return unrolled
    }
}
