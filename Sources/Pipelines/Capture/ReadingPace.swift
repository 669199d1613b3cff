/// How often the guest's sound is read: often while it is listened to, rarely while a wake-up would be for nothing.
struct ReadingPace {
    /// While it sounds and somebody listens: an Opus packet each.
    static let sounding = Duration.milliseconds(10)
    /// While it is silent: by how much the first sound after silence may be late.
    static let silent = Duration.milliseconds(40)
    /// While nobody listens: for the level and the proof of life only.
    static let unheard = Duration.milliseconds(100)
    /// How long a pause in the sound may be that changes nothing, in nanoseconds.
    static let patience: UInt64 = 500_000_000

    private var lastSound: UInt64 = 0

    /// How long to wait before the next reading.
    mutating func next(isSilent: Bool, isHeard: Bool, at now: UInt64) -> Duration {
        if !isSilent { lastSound = now }
        guard isHeard else { return Self.unheard }
        return now < lastSound + Self.patience ? Self.sounding : Self.silent
    }
}
