/// How long packets wait in queues on the path, and what the path carries while they do.
///
/// A gated stream is application-limited: how much arrived says what was sent, not what the path carries, except
/// while a queue stands. Within such a busy period packets leave the bottleneck back to back, so their spacing is
/// its capacity, however little the stream sends on average.
struct Backlog {
    /// The smallest delay of the last half minute is the path without queue: long enough for a queue to have been
    /// empty once, short enough that clocks 100 ppm apart err by 3 ms.
    static let buckets = 10
    static let bucket: Int64 = 3_000_000_000
    /// A busy period shorter than this says too little: one frame on a fast path.
    static let shortestRun: Int64 = 100_000_000
    /// From a longer one the older half is forgotten, so that the capacity may change.
    static let longestRun: Int64 = 1_000_000_000
    /// How long a finished busy period speaks for the path: the detector needs some bursts to see what happened.
    static let validity: Int64 = 1_000_000_000
    /// A queue that long (five to ten frames) for that time is congestion, even where the slope has not its
    /// twenty bursts yet.
    static let standing: Int64 = 100_000_000
    static let standingTime: Int64 = 200_000_000

    private struct Run {
        var began: Int64
        var ended: Int64
        var sentFrom: Int64
        var sentTo: Int64
        var bytes = 0.0
        /// Of packets sent at once: what they spread to.
        var burstBytes = 0.0
        var burstTime = 0.0

        /// Bits per second, when it is the path that spaced the packets. A path that merely got longer passes a frame's
        /// packets on as close together as they were sent.
        var capacity: Double? {
            guard ended - began >= Backlog.shortestRun else { return nil }
            let rate = bytes * 8e9 / Double(ended - began)
            guard burstBytes == 0 || burstBytes * 8e9 <= rate * 2 * burstTime else { return nil }
            return rate
        }

        /// With what shares the queue unreported: it leaves in the proportion in which it came.
        func capacity(beside unreported: Double) -> Double? {
            guard let capacity else { return nil }
            let sending = bytes * 8e9 / Double(max(sentTo - sentFrom, 1))
            return capacity + unreported * min(1, capacity / max(sending, 1))
        }
    }

    private var floors: [(bucket: Int64, delay: Int64)] = []
    private var run: Run?
    private var finished: (capacity: Double, at: Int64)?
    private var last: (sentAt: Int64, arrivedAt: Int64)?
    private var standingSince: Int64?
    private var lowestStanding: Int64 = 0

    private var lows: (began: Int64, present: Int64, before: Int64)?

    /// Bits per second that share the path and are in no feedback.
    var unreported = 0.0

    /// The queue that the latest packet waited in, nanoseconds.
    private(set) var delay: Int64 = 0

    /// Takes one packet that arrived, in the order of sending.
    mutating func record(sentAt: Int64, arrivedAt: Int64, size: Int) {
        if let last, abs((arrivedAt - last.arrivedAt) - (sentAt - last.sentAt)) > BurstGroups.clockJump { reset() }
        let base = floor(with: arrivedAt - sentAt, at: sentAt)
        delay = arrivedAt - sentAt - base
        if delay > Self.standing {
            if standingSince == nil { lowestStanding = delay }
            lowestStanding = min(lowestStanding, delay)
            standingSince = standingSince ?? arrivedAt
        } else {
            standingSince = nil
        }
        noteLow(arrivedAt: arrivedAt)
        extendRun(sentAt: sentAt, arrivedAt: arrivedAt, size: size, base: base)
        last = (sentAt, max(arrivedAt, last?.arrivedAt ?? arrivedAt))
    }

    /// The least that any packet of the last 200 to 400 ms waited, nanoseconds: what remains between frames, other than
    /// ``delay``, which a frame's own packets make.
    var residue: Int64 { lows.map { min($0.present, $0.before) } ?? 0 }

    /// Bits per second that the path carried in a busy period under way or just over; nil: it was not busy.
    var capacity: Double? {
        if let running = run?.capacity(beside: unreported) { return running }
        guard let finished, let last, last.arrivedAt - finished.at <= Self.validity else { return nil }
        return finished.capacity
    }

    /// The smallest queue of the last 200 ms or longer, nanoseconds, while none was short; nil otherwise.
    var standingDelay: Int64? {
        guard let standingSince, let last, last.arrivedAt - standingSince >= Self.standingTime else { return nil }
        return lowestStanding
    }

    /// Observes the standing queue anew.
    mutating func watchAgain() { standingSince = nil }

    /// Takes the present delay for the path's own: it did not answer to sending less, so it is no queue of ours.
    mutating func acceptDelay() {
        guard let last else { return }
        floors = [(last.sentAt / Self.bucket, (floors.map(\.delay).min() ?? 0) + lowestStanding)]
        standingSince = nil
        lows = nil
        run = nil
        finished = nil
    }

    private mutating func reset() {
        let beside = unreported
        self = Backlog()
        unreported = beside
    }

    private mutating func noteLow(arrivedAt: Int64) {
        guard var low = lows, arrivedAt < low.began + 2 * Self.standingTime else {
            return lows = (arrivedAt, delay, delay)
        }
        if arrivedAt >= low.began + Self.standingTime {
            low = (low.began + Self.standingTime, delay, low.present)
        } else {
            low.present = min(low.present, delay)
        }
        lows = low
    }

    private mutating func floor(with delay: Int64, at sentAt: Int64) -> Int64 {
        let bucket = sentAt / Self.bucket
        if let index = floors.indices.last, floors[index].bucket >= bucket {
            floors[index].delay = min(floors[index].delay, delay)
        } else {
            floors.append((bucket, delay))
            floors.removeAll { $0.bucket <= bucket - Int64(Self.buckets) }
        }
        return floors.reduce(delay) { min($0, $1.delay) }
    }

    private mutating func extendRun(sentAt: Int64, arrivedAt: Int64, size: Int, base: Int64) {
        // The queue was empty in between if the packet before had left when this one came to it.
        guard let last, last.arrivedAt - base > sentAt, arrivedAt >= last.arrivedAt else {
            if let run, let capacity = run.capacity(beside: unreported) { finished = (capacity, run.ended) }
            run = nil
            return
        }
        var busy =
            run
            ?? Run(
                began: last.arrivedAt, ended: last.arrivedAt, sentFrom: last.sentAt, sentTo: last.sentAt)
        if sentAt - last.sentAt <= BurstGroups.burst {
            busy.burstBytes += Double(size)
            busy.burstTime += Double(arrivedAt - last.arrivedAt)
        }
        busy.ended = arrivedAt
        busy.sentTo = sentAt
        busy.bytes += Double(size)
        if busy.ended - busy.began > Self.longestRun {
            busy.began += (busy.ended - busy.began) / 2
            busy.sentFrom += (busy.sentTo - busy.sentFrom) / 2
            busy.bytes /= 2
            busy.burstBytes /= 2
            busy.burstTime /= 2
        }
        run = busy
    }
}
