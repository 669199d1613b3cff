/// When frames are due: at equal distances from the first, so that no delay adds up.
struct FramePace: Sendable {
    /// When frame 0 is due, in nanoseconds.
    let start: UInt64
    let framesPerSecond: Int

    /// When a frame is due.
    func due(_ frame: Int) -> UInt64 { start + UInt64(frame) * 1_000_000_000 / UInt64(framesPerSecond) }

    /// The first frame after this one that is not overdue.
    func next(after frame: Int, at now: UInt64) -> Int {
        guard now > start else { return frame + 1 }
        var next = max(frame + 1, Int((now - start) * UInt64(framesPerSecond) / 1_000_000_000))
        while due(next) < now { next += 1 }
        return max(next, frame + 1)
    }
}
