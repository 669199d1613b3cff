/// A rate limit: `rate` events per second on average, `burst` at once. Pure: the caller supplies the time.
struct TokenBucket: Sendable {
    /// Tokens gained per second.
    let rate: Double
    /// The most tokens that can be saved up.
    let burst: Double
    private var tokens: Double
    private var last: ContinuousClock.Instant

    /// A full bucket.
    init(rate: Double, burst: Double, now: ContinuousClock.Instant) {
        self.rate = rate
        self.burst = burst
        self.tokens = burst
        self.last = now
    }

    /// Takes one token; false when there is none.
    mutating func take(at now: ContinuousClock.Instant) -> Bool {
        let elapsed = now - last
        if elapsed > .zero {
            tokens = min(burst, tokens + rate * (elapsed / .seconds(1)))
            last = now
        }
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
