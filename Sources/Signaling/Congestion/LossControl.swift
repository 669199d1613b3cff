/// The bound that losses set (draft-ietf-rmcat-gcc-02, section 6).
struct LossControl {
    /// draft-ietf-rmcat-gcc-02, section 6: below, the bound rises; above, it falls; between, it stays.
    static let low = 0.02
    static let high = 0.10
    static let rise = 1.05
    static let fall = 0.5
    /// The draft decides on each RTCP report, about a second apart.
    static let interval: UInt64 = 1_000_000_000
    /// Fewer packets make no fraction; libwebrtc's send_side_bandwidth_estimation (kLimitNumPackets).
    static let fewest = 20

    private var decidedAt: UInt64?

    /// Bits per second; nil: losses set no bound.
    private(set) var limit: Double?

    /// Whether the last decision left room for a rise.
    private(set) var mayRise = true

    /// Looks at the losses of the last second; `rate` is what the delay allows, bits per second.
    mutating func update(fraction: Double, packets: Int, rate: Double, at now: UInt64) {
        guard packets >= Self.fewest else { return }
        if let decidedAt, now < decidedAt + Self.interval { return }
        decidedAt = now
        mayRise = fraction < Self.low
        if fraction > Self.high {
            limit = min(limit ?? rate, rate) * (1 - Self.fall * fraction)
        } else if fraction < Self.low, let present = limit {
            limit = present * Self.rise
        }
        if let present = limit, present >= rate { limit = nil }
    }

    /// A probe passed at that rate.
    mutating func prove(_ rate: Double) {
        if let present = limit, rate > present { limit = rate }
    }
}
