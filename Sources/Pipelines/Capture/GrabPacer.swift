/// When to look at the screen: as soon as it was drawn on, but no faster than a rate; now and then in any case.
///
/// Pure: time comes in, in nanoseconds. The rate is kept on average (by the generic cell rate algorithm, a leaky
/// bucket), not from one grab to the next: QEMU looks at its guest every 30 ms, so that 30 frames a second reach the
/// screen 30 ms apart, with a gap of 60 ms after every ninth. A pacer without credit would miss some of them.
struct GrabPacer {
    /// The longest time without a grab: proof that the X server lives, and a look at what no damage was reported for.
    static let heartbeat: UInt64 = 450_000_000
    /// From the first word of damage to the grab. QEMU updates its window in up to three steps of 0.25 ms each
    /// (measured), and a grab between them would show half a frame.
    static let settling: UInt64 = 1_000_000

    /// Frames per second.
    var rate: Int {
        didSet {
            guard rate != oldValue else { return }
            (interval, refill) = Self.intervals(rate)
            // A debt run up at a slower rate must not hold back a faster one.
            if let lastGrab { due = min(due, lastGrab + interval) }
        }
    }
    /// Whether damage is reported; without it every grab is due at a fixed tick.
    let knowsDamage: Bool

    private var interval: UInt64
    private var refill: UInt64
    private var lastGrab: UInt64?
    /// The time at which the bucket will be empty.
    private var due: UInt64 = 0

    init(rate: Int, knowsDamage: Bool) {
        self.rate = rate
        self.knowsDamage = knowsDamage
        (interval, refill) = Self.intervals(rate)
    }

    /// What one grab costs, as time: the rate's interval, less a little. A guest that draws at exactly the rate would
    /// never pay back a debt otherwise, and be late for good.
    private static func intervals(_ rate: Int) -> (interval: UInt64, refill: UInt64) {
        let interval = 1_000_000_000 / UInt64(max(1, rate))
        return (interval, interval - min(interval / 16, 2_000_000))
    }

    /// When the next grab is due.
    ///
    /// - Parameter damagedAt: when the first word of damage since the last grab came; nil where none did.
    func next(damagedAt: UInt64?) -> UInt64 {
        guard let lastGrab else { return 0 }
        guard knowsDamage else { return due }
        // Two intervals of credit, and half an interval between any two grabs.
        let credit = min(2 * interval, 70_000_000)
        let earliest = max(lastGrab + interval - min(interval / 2, credit / 2), due > credit ? due - credit : 0)
        return max(earliest, damagedAt.map { $0 + Self.settling } ?? lastGrab + Self.heartbeat)
    }

    /// Notes a grab.
    mutating func grabbed(at now: UInt64) {
        if knowsDamage {
            due = max(due, now) + refill
        } else {
            // A tick that was missed is left out rather than made up for.
            due = due + interval > now ? due + interval : now + interval
        }
        lastGrab = now
    }

    /// Makes the next grab due at once: there is a new picture to begin with.
    mutating func forget() { lastGrab = nil }
}
