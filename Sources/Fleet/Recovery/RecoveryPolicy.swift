import Probe

/// When an instance is mended, and how often. A pure value: the time is passed in, as the time since any fixed moment.
///
/// After `badReports` bad reports in a row the first attempt is due at once; after the end of the first, second ... the
/// next one waits `delays[0]`, `delays[1]` ... (the last one repeats). `healthyReset` of health forgets all attempts.
public struct RecoveryPolicy: Sendable, Equatable {
    /// What a report says for the policy.
    public enum Finding: Sendable, Equatable {
        /// All is well, or only something that nobody here can or should mend.
        case good
        /// Something must be done.
        case bad
        /// On its way up: it proves neither.
        case undecided
    }

    /// What to do after a report.
    public enum Decision: Sendable, Equatable {
        /// Nothing, or not yet.
        case none
        /// Begin an attempt.
        case attempt
        /// Something must be done, but the attempts are used up.
        case exhausted
    }

    /// Bad reports in a row from which an attempt is due.
    public let badReports: Int
    /// Attempts until the instance has been well for `healthyReset`.
    public let maxAttempts: Int
    /// Waiting times between the end of an attempt and the next, in order.
    public let delays: [Duration]
    /// Health in one piece that forgets earlier attempts.
    public let healthyReset: Duration
    /// How long measurements after an action may take to be good.
    public let verifyWithin: Duration
    /// Good measurements in a row that prove an attempt.
    public let goodReports: Int
    /// How long an action may take; it is cancelled then.
    public let actionDeadline: Duration

    /// Attempts since the last reset.
    public private(set) var attempts = 0
    /// When the next attempt may begin; nil when it may at once.
    public private(set) var nextAttempt: Duration?
    private var badInARow = 0
    private var goodSince: Duration?

    /// The design's values by default.
    public init(
        badReports: Int = 3, maxAttempts: Int = 3, delays: [Duration] = [.seconds(30), .seconds(60), .seconds(120)],
        healthyReset: Duration = .seconds(30), verifyWithin: Duration = .seconds(15), goodReports: Int = 2,
        actionDeadline: Duration = .seconds(60)
    ) {
        self.badReports = max(1, badReports)
        self.maxAttempts = max(0, maxAttempts)
        self.delays = delays
        self.healthyReset = healthyReset
        self.verifyWithin = verifyWithin
        self.goodReports = max(1, goodReports)
        self.actionDeadline = actionDeadline
    }

    /// Attempts that are made without force are used up.
    public var isExhausted: Bool { attempts >= maxAttempts }

    /// A report came.
    public mutating func noted(_ finding: Finding, at now: Duration) -> Decision {
        badInARow = finding == .bad ? badInARow + 1 : 0
        goodSince = finding == .good ? goodSince ?? now : nil
        if let goodSince, now - goodSince >= healthyReset { reset() }
        guard badInARow >= badReports else { return .none }
        if isExhausted { return .exhausted }
        if let nextAttempt, now < nextAttempt { return .none }
        return .attempt
    }

    /// What a report says for the policy. A service on its way up or down proves nothing, whatever else is well.
    public static func finding(_ report: HealthReport) -> Finding {
        if report.recoveryNeeded { return .bad }
        let isMoving = report.services.contains { service in
            switch ProcessState(rawValue: service.state) {
            case .starting, .restarting, .stopping: true
            case .stopped, .running, .error, nil: false
            }
        }
        return isMoving || report.overallStatus == .unhealthy ? .undecided : .good
    }

    /// An attempt began.
    public mutating func began() {
        attempts += 1
        nextAttempt = nil
        badInARow = 0
        goodSince = nil
    }

    /// The attempt ended, whatever came of it.
    public mutating func ended(at now: Duration) {
        badInARow = 0
        guard attempts > 0, !isExhausted, let last = delays.last else {
            nextAttempt = nil
            return
        }
        nextAttempt = now + (attempts <= delays.count ? delays[attempts - 1] : last)
    }

    private mutating func reset() {
        attempts = 0
        nextAttempt = nil
    }
}
