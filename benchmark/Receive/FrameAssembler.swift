/// Puts frames together from packets in the order of their sequence numbers. No I/O, nothing allocated.
struct FrameAssembler {
    let codec: VideoCodec
    private var sequence: UInt16?
    private var current: FrameArrival?
    private var isDamaged = false
    /// Whether a keyframe is needed before anything can be shown: at first, and since something was lost.
    private(set) var needsKeyframe = true

    init(codec: VideoCodec) { self.codec = codec }

    /// What one packet brought.
    struct Step {
        /// Packets missing before it.
        var missing = 0
        /// Whether it begins a frame.
        var beginsFrame = false
        /// The frame it completes.
        var completed: FrameArrival?
    }

    /// Takes one packet.
    ///
    /// - Parameter time: when it came, in nanoseconds.
    mutating func take(_ packet: RTPPacket, at time: UInt64) -> Step {
        var step = Step()
        if let sequence {
            let gap = packet.sequence &- sequence &- 1
            // A jump of half the range or more is a step back: a late copy, of no use any more.
            guard gap < 0x8000 else { return step }
            step.missing = Int(gap)
        }
        sequence = packet.sequence
        if step.missing > 0 { needsKeyframe = true }
        if current?.rtp != packet.timestamp {
            // All packets of a frame have its timestamp; unlike the marker it survives a lost packet.
            step.beginsFrame = true
            current = FrameArrival(
                rtp: packet.timestamp, first: time, last: time, isKeyframe: false, isDecodable: false)
            // The missing ones may be the frame before's, or this one's first: nobody can tell.
            isDamaged = step.missing > 0
        } else if step.missing > 0 {
            isDamaged = true
        }
        if packet.showsKeyframe(codec) { current?.isKeyframe = true }
        guard packet.marker, var frame = current else { return step }
        frame.last = time
        if frame.isKeyframe, !isDamaged { needsKeyframe = false }
        frame.isDecodable = !needsKeyframe
        step.completed = frame
        return step
    }
}
