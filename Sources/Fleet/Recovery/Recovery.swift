import Foundation
import Logging
import Probe

/// Mends one instance by its measurements: it decides when and how, and an attempt has succeeded only when measurements
/// made after it are good.
///
/// Reports drive it, so it needs no timer of its own between attempts. One attempt at a time. The clock is injected, so that
/// minutes of waiting are tested in milliseconds.
///
/// ```swift
/// let recovery = Recovery(instance: id, clock: ContinuousClock(), logger: logger) { strategy in
///     try await guest.recover(strategy)
/// }
/// await recovery.note(report)  // once a second
/// ```
public actor Recovery<C: Clock> where C.Duration == Duration {
    /// Whom it mends.
    public nonisolated let instance: InstanceID

    private let clock: C
    private let origin: C.Instant
    private let date: @Sendable () -> Date
    private let logger: Logger
    private let perform: @Sendable (RecoveryStrategy) async throws -> Void
    private nonisolated let fanout = EventFanout<RecoveryRecord>()
    private var policy: RecoveryPolicy
    private var history = RecoveryHistory()
    private var newest: HealthReport?
    private var failed: Set<RecoveryStrategy> = []
    private var attempt: RecoveryAttempt?
    /// Runs the actions; it can outlast its attempt, when an action outlasts its deadline.
    private var actions: Task<Void, Never>?
    private var verification: Task<Void, Never>?
    private var number = 0
    private var toldExhausted = false
    private var isStopped = false

    /// Begins to watch.
    ///
    /// - Parameters:
    ///   - date: the wall clock that reports are stamped by.
    ///   - perform: does a strategy. It is cancelled at the policy's deadline and by `stop()`.
    public init(
        instance: InstanceID, policy: RecoveryPolicy = RecoveryPolicy(), clock: C, logger: Logger,
        date: @escaping @Sendable () -> Date = { Date() },
        perform: @escaping @Sendable (RecoveryStrategy) async throws -> Void
    ) {
        self.instance = instance
        self.policy = policy
        self.clock = clock
        origin = clock.now
        self.date = date
        var logger = logger
        logger[metadataKey: "instance"] = "\(instance)"
        self.logger = logger
        self.perform = perform
    }

    /// Attempts as they begin and end, from now on; each access is a reader with a queue of 64.
    public nonisolated var records: AsyncStream<RecoveryRecord> { fanout.subscribe() }

    /// What has been tried.
    public var status: RecoveryStatus {
        var status = RecoveryStatus(
            attempts: policy.attempts, maxAttempts: policy.maxAttempts, history: history.newestFirst)
        status.isRecovering = attempt != nil || actions != nil
        if let next = policy.nextAttempt, next > now, !status.isRecovering {
            status.nextAttemptAt = date().addingTimeInterval((next - now).inSeconds)
        }
        return status
    }

    /// Takes up what an earlier life of the node tried.
    public func remember(_ earlier: [RecoveryRecord]) {
        history.remember(earlier, under: attempt?.records ?? [])
    }

    /// Takes a measured report.
    public func note(_ report: HealthReport) {
        guard !isStopped else { return }
        newest = report
        let finding = RecoveryPolicy.finding(report)
        let decision = policy.noted(finding, at: now)
        if policy.attempts == 0, attempt == nil {
            failed = []
            toldExhausted = false
        }
        if attempt != nil {
            guard let good = attempt?.verify(report, finding), good >= policy.goodReports else { return }
            return conclude(.recovered)
        }
        guard actions == nil else { return }
        switch decision {
        case .none: break
        case .attempt:
            let steps = RecoveryPlan.automaticSteps(for: report, failed: failed)
            if !steps.isEmpty { begin(steps, failure: report.failureType, reasons: report.errors, forced: false) }
        case .exhausted where !toldExhausted:
            toldExhausted = true
            logger.error(
                "given up; POST recover with forceRecovery tries again",
                metadata: ["attempts": "\(policy.attempts)", "errors": "\(report.errors.joined(separator: "; "))"])
        case .exhausted: break
        }
    }

    /// A process behind the instance ended. Its supervisor starts it again; here the attempt is recorded at once and
    /// verified by the measurements that follow.
    public func processEnded(_ crash: CrashRecord) {
        guard !isStopped else { return }
        let reason = "\(crash.service) ended: \(crash.summary)"
        if var current = attempt {
            if current.isSupervised {
                current.records[0].reasons.append(reason)
                // QEMU cannot outlive its X server: of the two ends the server's is the cause.
                if crash.service == "xserver" { current.records[0].strategy = .display }
                publish(current.records[0])
            }
            // What was measured before this end proves nothing.
            if current.actedAt != nil { current.acted(at: date()) }
            attempt = current
            return
        }
        guard actions == nil, !policy.isExhausted else { return }
        policy.began()
        number += 1
        var attempt = RecoveryAttempt(number: number, isSupervised: true)
        attempt.records = [
            record(RecoveryPlan.strategy(ofService: crash.service), .qemu, [reason], forced: false)
        ]
        attempt.acted(at: date())
        self.attempt = attempt
        publish(attempt.records[0])
        verify(attempt.number)
    }

    /// Begins an attempt because somebody asks. Waiting times between attempts do not hold for it.
    ///
    /// - Parameters:
    ///   - force: also when nothing is measured to be wrong, when the attempts are used up, or instead of the one that is
    ///     under way, which is cancelled.
    ///   - strategy: what to do; chosen by the newest report when nil.
    /// - Returns: the record of the first step, which has begun.
    /// - Throws: ``RecoveryError``.
    public func recover(force: Bool, strategy: RecoveryStrategy? = nil) async throws -> RecoveryRecord {
        guard !isStopped else { throw RecoveryError.stopped(instance) }
        if attempt != nil || actions != nil {
            guard force else { throw RecoveryError.recovering(instance) }
            conclude(.aborted, detail: "another attempt was asked for")
            actions?.cancel()
            await actions?.value
            guard !isStopped else { throw RecoveryError.stopped(instance) }
            guard attempt == nil, actions == nil else { throw RecoveryError.recovering(instance) }
        }
        let needed = newest.map { $0.recoveryNeeded } ?? false
        guard force || needed else { throw RecoveryError.notNeeded(instance) }
        guard force || !policy.isExhausted else {
            throw RecoveryError.exhausted(instance, attempts: policy.attempts)
        }
        var steps = strategy.map { [$0] } ?? newest.map { RecoveryPlan.steps(for: $0, failed: failed) } ?? []
        if steps.isEmpty { steps = RecoveryPlan.steps(of: RecoveryPlan.unaccused, failed: failed) }
        let reasons = needed ? newest?.errors ?? [] : ["somebody asked for it"]
        return begin(steps, failure: newest?.failureType ?? .none, reasons: reasons, forced: force)
    }

    /// Cancels what is under way and returns when it has ended.
    public func stop() async {
        isStopped = true
        conclude(.aborted, detail: "the node stopped")
        actions?.cancel()
        await actions?.value
        await verification?.value
        fanout.finish()
    }

    private var now: Duration { origin.duration(to: clock.now) }

    @discardableResult
    private func begin(
        _ steps: [RecoveryStrategy], failure: FailureClass, reasons: [String], forced: Bool
    ) -> RecoveryRecord {
        policy.began()
        number += 1
        let number = number
        let records = steps.map { record($0, failure, reasons, forced: forced) }
        var attempt = RecoveryAttempt(number: number, isSupervised: false)
        attempt.records = [records[0]]
        self.attempt = attempt
        publish(records[0])
        actions = Task { await self.act(records, number) }
        return records[0]
    }

    private func record(
        _ strategy: RecoveryStrategy, _ failure: FailureClass, _ reasons: [String], forced: Bool
    ) -> RecoveryRecord {
        RecoveryRecord(
            instance: instance, failure: failure, reasons: reasons, strategy: strategy, attempt: policy.attempts,
            forced: forced, startedAt: date())
    }

    private func act(_ records: [RecoveryRecord], _ number: Int) async {
        defer { actions = nil }
        for (index, planned) in records.enumerated() {
            guard attempt?.number == number else { return }
            if index > 0 {
                var record = planned
                record.startedAt = date()
                attempt?.records.append(record)
                publish(record)
            }
            do {
                try await withDeadline(number) { [perform] in try await perform(planned.strategy) }
            } catch {
                guard attempt?.number == number else { return }
                attempt?.errors[planned.id] = "\(error)"
            }
        }
        guard let current = attempt, current.number == number else { return }
        if current.allFailed { return conclude(.failed) }
        attempt?.acted(at: date())
        verify(number)
    }

    /// Runs an action. At the deadline it is cancelled and the attempt has failed, whether it heeds that or not; no other
    /// action begins before it has ended.
    private func withDeadline(
        _ number: Int, _ action: @escaping @Sendable () async throws -> Void
    ) async throws {
        let work = Task { try await action() }
        let (clock, limit) = (clock, policy.actionDeadline)
        let end = clock.now.advanced(by: limit)
        let timer = Task {
            guard (try? await clock.sleep(until: end, tolerance: nil)) != nil, !Task.isCancelled else { return }
            work.cancel()
            self.fail(number, "the action was not over after \(limit)")
        }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }

    private func verify(_ number: Int) {
        let (clock, end) = (clock, clock.now.advanced(by: policy.verifyWithin))
        verification = Task {
            guard (try? await clock.sleep(until: end, tolerance: nil)) != nil, !Task.isCancelled else { return }
            self.fail(number, nil)
        }
    }

    private func fail(_ number: Int, _ detail: String?) {
        guard let current = attempt, current.number == number else { return }
        let limit = "\(policy.verifyWithin)"
        conclude(
            .failed,
            detail: detail
                ?? current.proof.map { report in
                    let errors = report.errors.isEmpty ? ["on its way up"] : report.errors
                    return "after \(limit): \(errors.joined(separator: "; "))"
                } ?? "nothing was measured for \(limit)")
    }

    private func conclude(_ outcome: RecoveryRecord.Outcome, detail: String? = nil) {
        guard let current = attempt else { return }
        attempt = nil
        verification?.cancel()
        policy.ended(at: now)
        for record in current.ended(outcome, detail: detail, at: date()) {
            switch record.outcome {
            case .failed: failed.insert(record.strategy)
            case .recovered: failed.remove(record.strategy)
            case .aborted, nil: break
            }
            publish(record)
        }
    }

    private func publish(_ record: RecoveryRecord) {
        history.note(record)
        fanout.send(record)
        logger.log(
            level: record.outcome == .failed ? .error : .notice,
            record.outcome.map { "recovery \($0.rawValue)" } ?? "recovery begun",
            metadata: [
                "recovery": "\(record.id)", "strategy": "\(record.strategy.rawValue)", "attempt": "\(record.attempt)",
                "failure": "\(record.failure.rawValue)", "reasons": "\(record.reasons.joined(separator: "; "))",
                "detail": "\(record.detail ?? "")",
            ])
    }
}
