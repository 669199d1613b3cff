/// How long to wait between attempts: twice as long each time, spread, so that many clients do not come back in the same
/// instant.
public struct KubernetesBackoff: Sendable {
    /// The first wait.
    public var first: Duration
    /// The longest one.
    public var longest: Duration
    private var failures = 0

    /// Begins with no failure.
    public init(first: Duration = .milliseconds(250), longest: Duration = .seconds(15)) {
        self.first = first
        self.longest = longest
    }

    /// The wait after one more failure.
    ///
    /// - Parameters:
    ///   - asked: what the server asked for; at least so long is waited, and at most four times the longest.
    ///   - jitter: 0 to 1, by chance.
    public mutating func next(asked: Duration? = nil, jitter: Double = .random(in: 0...1)) -> Duration {
        let plain = min(first * (1 << min(failures, 16)), longest)
        failures += 1
        let spread = plain * (0.75 + 0.5 * min(max(jitter, 0), 1))
        return max(spread, min(asked ?? .zero, longest * 4))
    }

    /// Forgets the failures.
    public mutating func reset() { failures = 0 }
}
