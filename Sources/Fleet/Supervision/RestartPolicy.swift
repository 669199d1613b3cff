/// When a service that ended on its own is started again. A pure value: the time is passed in.
///
/// An end after `healthyUptime` or more restarts at once and forgets earlier failures. Ends in quick succession
/// wait `delays[0]`, `delays[1]` ... (the last one repeats); the `maximumFailures`th in a row gives up.
public struct RestartPolicy: Sendable, Equatable {
    /// What to do about an end.
    public enum Decision: Sendable, Equatable {
        /// Start again after the delay; zero means at once.
        case restart(after: Duration)
        /// Leave it down until somebody asks.
        case giveUp
    }

    /// Uptime from which an end counts as a single accident.
    public let healthyUptime: Duration
    /// Waiting times before the next start, in order.
    public let delays: [Duration]
    /// Failures in a row that end the attempts.
    public let maximumFailures: Int
    /// Failures in a row so far.
    public private(set) var failures = 0

    /// The design's values by default: 30 s, 30 -> 60 -> 120 s, five in a row.
    public init(
        healthyUptime: Duration = .seconds(30), delays: [Duration] = [.seconds(30), .seconds(60), .seconds(120)],
        maximumFailures: Int = 5
    ) {
        self.healthyUptime = healthyUptime
        self.delays = delays
        self.maximumFailures = maximumFailures
    }

    /// The service ended by itself, `uptime` after it was ready; zero when it never was.
    public mutating func ended(after uptime: Duration) -> Decision {
        if uptime >= healthyUptime {
            failures = 0
            return .restart(after: .zero)
        }
        failures += 1
        guard failures < maximumFailures else { return .giveUp }
        guard let last = delays.last else { return .restart(after: .zero) }
        return .restart(after: failures <= delays.count ? delays[failures - 1] : last)
    }

    /// Forgets earlier failures; somebody asked for a start.
    public mutating func reset() {
        failures = 0
    }
}
