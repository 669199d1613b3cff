/// Lets so many frames per second through and no more, evenly. Pure: time comes in with each frame.
struct FrameThinner {
    private let interval: UInt64
    private var due: UInt64 = 0

    /// - Parameter framesPerSecond: at most.
    init(framesPerSecond: Int) { interval = 1_000_000_000 / UInt64(max(1, framesPerSecond)) }

    /// Whether the frame of that time (nanoseconds) passes.
    ///
    /// - Parameter demanded: a viewer waits for this frame as a keyframe.
    mutating func passes(at now: UInt64, demanded: Bool) -> Bool {
        // A frame a little early is the one that was due: the next may be a whole tick of the capture later.
        guard demanded || now + interval / 4 >= due else { return false }
        // The grid stays where it is, or frames that come late would lower the average; after a pause it begins anew,
        // and frames that were demanded ahead of time do not use up more than the next one's turn.
        due = (now > due + interval ? now : min(due, now + interval / 4)) + interval
        return true
    }
}
