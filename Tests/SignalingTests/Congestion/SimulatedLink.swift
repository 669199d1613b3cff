/// A bottleneck: a capacity, a drop-tail queue of so many bytes, a propagation delay, random loss.
struct SimulatedLink {
    /// Bits per second from that time on (milliseconds); in order of time.
    var capacity: [(from: Int, rate: Double)]
    /// Bytes that the queue holds.
    var queue = 25_000
    /// One way, nanoseconds.
    var propagation: UInt64 = 10_000_000
    /// The part of packets lost at random, before they come to the queue.
    var loss = 0.0
    /// Milliseconds in which nothing leaves the link; what waited then leaves at once, as on Wi-Fi.
    var stalls: [Range<Int>] = []
    /// Bytes that pass at once after idleness, as through `tbf`.
    var burst = 0.0
    /// Up to that much more on the way, at random, nanoseconds; the order stays.
    var jitter: UInt64 = 0
    private var newestArrival: UInt64 = 0
    private var freeAt: UInt64 = 0
    private var tokensAt: UInt64 = 0
    private var tokens = 0.0
    private var random: SeededGenerator

    init(capacity: [(from: Int, rate: Double)], seed: UInt64 = 1) {
        self.capacity = capacity
        random = SeededGenerator(seed: seed)
    }

    /// What becomes of a packet: when it arrives (nil: lost) and how long it was in the queue, nanoseconds.
    mutating func send(_ size: Int, at now: UInt64) -> (arrival: UInt64?, queued: UInt64) {
        let rate = capacity.last { $0.from <= Int(now / 1_000_000) }?.rate ?? 0
        if loss > 0, Double.random(in: 0..<1, using: &random) < loss { return (nil, 0) }
        let waiting = freeAt > now ? freeAt - now : 0
        guard Double(waiting) * rate / 8e9 + Double(size) <= Double(queue) else { return (nil, 0) }
        if waiting == 0 { tokens = min(burst, tokens + Double(now - max(tokensAt, freeAt)) * rate / 8e9) }
        tokensAt = now
        let free = min(tokens, Double(size))
        tokens -= free
        freeAt = max(freeAt, now) + UInt64((Double(size) - free) * 8e9 / rate)
        var leaves = freeAt
        if let stall = stalls.first(where: { $0.contains(Int(leaves / 1_000_000)) }) {
            leaves = UInt64(stall.upperBound) * 1_000_000
        }
        let late = jitter > 0 ? UInt64.random(in: 0...jitter, using: &random) : 0
        newestArrival = max(newestArrival, leaves + propagation + late)
        return (newestArrival, leaves - now)
    }
}
