/// Gives sound its timestamps: each fragment begins where the one before it ended, and not when it happened to be
/// delivered, for encoders take jitter for gaps.
struct SampleClock {
    /// From this distance on between what was counted and when it came, in nanoseconds, it is a gap indeed.
    static let tolerance: UInt64 = 60_000_000

    private let rate: UInt64
    private var next: UInt64?

    /// - Parameter rate: frames per second.
    init(rate: Int) { self.rate = UInt64(rate) }

    /// When the fragment's first frame was captured, in nanoseconds, and how long the fragment is.
    ///
    /// - Parameter now: when it was delivered, complete.
    mutating func stamp(frames: Int, deliveredAt now: UInt64) -> (time: UInt64, duration: UInt64) {
        let duration = UInt64(frames) * 1_000_000_000 / rate
        let latest = now > duration ? now - duration : 0
        var time = latest
        if let next {
            let distance = next > latest ? next - latest : latest - next
            if distance <= Self.tolerance { time = next }
        }
        next = time + duration
        return (time, duration)
    }
}
