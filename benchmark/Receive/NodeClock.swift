/// How a viewer's RTP timestamps follow from the time of capture: the `clock` of the node's `hello`.
struct NodeClock: Sendable {
    let offset: UInt32
    let rate: Double

    init(offset: UInt32, rate: Double) {
        self.offset = offset
        self.rate = rate
    }

    /// A clock by which that frame took no time at all: others' delays come out relative to its.
    init(zeroAt frame: FrameArrival, rate: Double = 90_000) {
        let ticks = UInt32(truncatingIfNeeded: UInt64(Double(frame.last) / 1e9 * rate))
        self.init(offset: frame.rtp &- ticks, rate: rate)
    }

    /// Reads it from a `hello`; nil where that has none.
    init?(_ hello: NodeMessage) {
        guard let clock = hello.clock, clock.rate > 0 else { return nil }
        self.init(offset: clock.rtpOffset, rate: clock.rate)
    }

    /// Milliseconds from a frame's capture to `time` (nanoseconds of the same machine's `CLOCK_MONOTONIC`).
    ///
    /// Timestamps wrap every 13 hours; the nearest capture time is meant.
    func delay(of rtp: UInt32, at time: UInt64) -> Double {
        let ticks = Double(time) / 1e9 * rate
        let now = UInt32(truncatingIfNeeded: UInt64(ticks))
        let age = Int32(bitPattern: now &+ offset &- rtp)
        return (Double(age) + (ticks - ticks.rounded(.down))) / rate * 1000
    }
}
