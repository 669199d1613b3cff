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

    /// Puts one token back that was taken for nothing.
    mutating func giveBack() { tokens = min(burst, tokens + 1) }

    /// How long until there is one; zero when there is.
    func wait(at now: ContinuousClock.Instant) -> Duration {
        let saved = tokens + rate * max(0, (now - last) / .seconds(1))
        // A little more than it takes: a sum of fractions may stay just below one.
        return saved >= 1 ? .zero : .seconds((1 - saved) / rate) + .milliseconds(1)
    }
}
