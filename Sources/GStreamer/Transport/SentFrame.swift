/// A frame that was sent, of which a packet may be wanted again.
struct SentFrame {
    /// The frame.
    let buffer: SharedBuffer
    /// The sequence number of its first packet.
    let first: UInt16
    /// How many packets it has.
    let count: Int
    /// Its RTP timestamp.
    let timestamp: UInt32
    /// Its number in the stream.
    let number: UInt16
}
