import Fleet
import Foundation
import Probe

/// When a node that does not report is started again: the rules, without the doing. Time is passed in.
struct NodeRecoveryState: Sendable {
    /// The limits of attempts.
    struct Limits: Sendable {
        var maxAttempts = 3
        /// Before the second attempt and the ones after it.
        var delays: [Duration] = [.seconds(30), .seconds(60), .seconds(120)]
        /// A node that has reported for so long starts with all its attempts anew.
        var reset: Duration = .seconds(30)
        /// Checks in a row, a second apart, after which a node is given up.
        var checks = NodeRecovery.checks
        /// A node must report within this after it was started again.
        var verification: Duration = .seconds(30)

        /// The design's values.
        init() {}

        /// What the configuration says about instances that are not well.
        init(_ settings: LocoConfiguration.Supervision, checks: Int = NodeRecovery.checks) {
            self.checks = checks
            (maxAttempts, delays, reset) = (settings.recoveries, settings.delays, settings.healthyUptime)
        }
    }

    /// What is to be done.
    enum Step: Sendable, Equatable {
        case none
        /// Start the node again; the record is told.
        case attempt(RecoveryRecord)
        /// An attempt ended; the record is told.
        case ended(RecoveryRecord)
    }

    private let instance: InstanceID
    private let limits: Limits
    private var attempts = 0
    /// Attempts in a row of which nothing reached the node. They do not count, and do not follow closely either.
    private var untouched = 0
    private var misses = 0
    private var reportingSince: ContinuousClock.Instant?
    private var notBefore: ContinuousClock.Instant?
    private var current: RecoveryRecord?
    /// The action is done; nil while it runs.
    private var verifyUntil: ContinuousClock.Instant?
    private var history: [RecoveryRecord] = []

    init(instance: InstanceID, limits: Limits = Limits()) {
        self.instance = instance
        self.limits = limits
    }

    /// A check, a second after the last one.
    ///
    /// - Parameter report: of the node or of its silence; asked for when an attempt begins.
    mutating func note(
        isReporting: Bool, report: @autoclosure () -> HealthReport?, at now: ContinuousClock.Instant
    ) -> Step {
        if isReporting {
            misses = 0
            let since = reportingSince ?? now
            reportingSince = since
            if now - since >= limits.reset { (attempts, notBefore) = (0, nil) }
            // What it says while it is being stopped proves nothing.
            guard current != nil, verifyUntil != nil else { return .none }
            return end(.recovered, "the node reports again", at: now)
        }
        reportingSince = nil
        misses += 1
        guard verifyUntil == nil else { return expire(at: now) }
        guard current == nil, misses >= limits.checks, attempts < limits.maxAttempts, now >= notBefore ?? now
        else { return .none }
        return .attempt(begin(report(), forced: false, at: now))
    }

    /// A check that found it not reporting for a reason that may not be its own.
    mutating func excuse() { (misses, reportingSince) = (0, nil) }

    /// Ends an attempt whose time is over.
    mutating func expire(at now: ContinuousClock.Instant) -> Step {
        guard let verifyUntil, now >= verifyUntil else { return .none }
        return end(.failed, "the node did not report within \(limits.verification)", at: now)
    }

    /// Whether an attempt is under way.
    var isActing: Bool { current != nil }

    /// Somebody wants an attempt now.
    /// - Throws: ``APIError`` 409.
    mutating func force(
        _ force: Bool, report: HealthReport?, at now: ContinuousClock.Instant
    ) throws(APIError) -> RecoveryRecord {
        guard current == nil else {
            throw APIError(.conflict, "recovering", "the node of \(instance) is being started again already")
        }
        guard force || attempts < limits.maxAttempts else {
            throw APIError(
                .conflict, "attempts-exhausted",
                "the node of \(instance) was started again \(attempts) times: send {\"forceRecovery\":true} to insist")
        }
        return begin(report, forced: force, at: now)
    }

    /// The action came to its end.
    /// - Parameter isUntouched: nothing reached the node: the attempt does not count against it.
    /// - Returns: the attempt's end, when that was it.
    mutating func acted(
        _ problem: String?, isUntouched: Bool = false, at now: ContinuousClock.Instant
    ) -> RecoveryRecord? {
        guard current != nil else { return nil }
        untouched = isUntouched ? untouched + 1 : 0
        if isUntouched { attempts = max(0, attempts - 1) }
        guard let problem else {
            verifyUntil = now + limits.verification
            return nil
        }
        if case .ended(let record) = end(.failed, problem, at: now) { return record }
        return nil
    }

    /// What was tried; without the power to act nothing can be.
    func status(canRestart: Bool, at now: ContinuousClock.Instant) -> RecoveryStatus {
        var status = RecoveryStatus(attempts: attempts, maxAttempts: limits.maxAttempts, history: history)
        status.isRecovering = current != nil
        status.canRecover = canRestart && current == nil && attempts < limits.maxAttempts
        if status.canRecover, let notBefore, notBefore > now {
            status.nextAttemptAt = Date() + (notBefore - now) / .seconds(1)
        }
        return status
    }

    private mutating func begin(_ report: HealthReport?, forced: Bool, at now: ContinuousClock.Instant)
        -> RecoveryRecord
    {
        attempts += 1
        misses = 0
        let record = RecoveryRecord(
            instance: instance, failure: report?.failureType ?? .qemu,
            reasons: report?.errors ?? ["the node does not report"], strategy: .node, attempt: attempts, forced: forced)
        (current, verifyUntil) = (record, nil)
        history = Array(([record] + history).prefix(50))
        return record
    }

    private mutating func end(
        _ outcome: RecoveryRecord.Outcome, _ detail: String, at now: ContinuousClock.Instant
    ) -> Step {
        guard var record = current else { return .none }
        (record.endedAt, record.outcome, record.detail) = (Date(), outcome, detail)
        (current, verifyUntil) = (nil, nil)
        if let index = history.firstIndex(where: { $0.id == record.id }) { history[index] = record }
        // Also after a good end: a node that hangs again and again is not started again and again.
        let turn = max(attempts, untouched)
        if turn > 0, !limits.delays.isEmpty { notBefore = now + limits.delays[min(turn, limits.delays.count) - 1] }
        return .ended(record)
    }
}
