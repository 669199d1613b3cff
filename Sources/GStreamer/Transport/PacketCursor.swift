/// How far a frame's packets are made.
struct PacketCursor {
    /// The frame's RTP timestamp.
    var timestamp: UInt32
    /// Whether its first packet is marked.
    var marksStart = false
    /// The next piece, and how many packets there are still to come.
    var piece = 0
    var left: Int

    init(timestamp: UInt32, left: Int) {
        self.timestamp = timestamp
        self.left = left
    }
}
