import Fleet
import Foundation
import Logging
import Probe
import ServiceLifecycle

/// Starts nodes again that do not report, within limits: what a node can mend it mends itself, and what is the matter
/// with a node only the hub can see.
actor NodeRecovery: Service {
    /// Checks in a row, a second apart, after which a node is given up, unless its owner says otherwise.
    static let checks = 3

    /// How attempts on an instance ended, for metrics.
    struct Tally: Sendable, Hashable, Comparable {
        let instance: InstanceID
        let outcome: RecoveryRecord.Outcome

        static func < (left: Tally, right: Tally) -> Bool {
            (left.instance, left.outcome.rawValue) < (right.instance, right.outcome.rawValue)
        }
    }

    /// Starts a node again, and returns when it is up.
    typealias Restart = @Sendable (InstanceID) async throws -> Void

    private let restart: Restart?
    private let needsWitness: Bool
    private let obstacle: @Sendable () async -> String?
    private let feed: EventFeed
    private let logger: Logger
    private let limits: NodeRecoveryState.Limits
    private var states: [InstanceID: NodeRecoveryState] = [:]
    /// Why nodes that do not report are left alone, by the last check.
    private var excuses: [InstanceID: NodeExcuse] = [:]
    private var hasToldWidespread = false
    private var toldObstacle: String?
    private var actions: [InstanceID: Task<Void, Never>] = [:]
    /// Attempts that ended, since the start.
    private(set) var outcomes: [Tally: Int] = [:]

    /// - Parameters:
    ///   - restart: nil when somebody else starts the nodes.
    ///   - needsWitness: a node is given up only without a ``NodeExcuse``: where the way to the nodes fails, starting them
    ///     again would only make it worse.
    ///   - obstacle: what keeps the hub from starting any node again, if anything does.
    init(
        restart: Restart?, needsWitness: Bool = false, obstacle: @escaping @Sendable () async -> String? = { nil },
        feed: EventFeed, limits: NodeRecoveryState.Limits = .init(), logger: Logger
    ) {
        self.restart = restart
        self.needsWitness = needsWitness
        self.obstacle = obstacle
        self.feed = feed
        self.limits = limits
        self.logger = logger
    }

    /// Whether the hub can start nodes again.
    nonisolated var canRestart: Bool { restart != nil }

    /// Takes what one check found of all nodes at the same moment.
    ///
    /// - Parameter without: instances whose nodes are not listened to.
    func note(_ checks: [NodeCheck], without: [InstanceID]) async {
        guard restart != nil else { return }
        for id in without { await expire(id) }
        let silent = checks.count { !$0.isReporting }
        let obstacle = await silent > 0 ? self.obstacle() : nil
        tell(obstacle: obstacle)
        var found: [InstanceID: NodeExcuse] = [:]
        for check in checks {
            let id = check.instance.id
            let isActing = states[id]?.isActing == true
            // A restart that somebody asked for is under way.
            if actions[id] != nil, !isActing { continue }
            // Of a node that reports, and that nothing was ever tried on, there is nothing to remember.
            if check.isReporting, states[id] == nil { continue }
            if let failure = check.state.failure, !isActing {
                if needsWitness {
                    found[id] = NodeExcuse.of(
                        failure, isReady: check.isReadyByCluster, silent: silent, of: checks.count)
                }
                if obstacle != nil || found[id] != nil {
                    states[id]?.excuse()
                    continue
                }
            }
            switch states[id, default: .init(instance: id, limits: limits)].note(
                isReporting: check.isReporting, report: NodeReport(instance: check.instance, state: check.state).health,
                at: .now)
            {
            case .none: break
            case .attempt(let record): begin(record)
            case .ended(let record): await tell(record)
            }
        }
        excuses = found
        tell(widespread: found.values.first { if case .widespread = $0 { true } else { false } })
    }

    /// Starts a node again that somebody wants started.
    /// - Throws: ``APIError`` 503 when the hub cannot, 409 when it does already or has tried often enough.
    func recover(_ report: HealthReport?, force: Bool, of instance: InstanceID) async throws -> RecoveryRecord {
        guard restart != nil else {
            throw APIError(
                .serviceUnavailable, "node-unavailable",
                "the node of \(instance) does not answer and was not started by this hub: start it again on its host")
        }
        guard actions[instance] == nil else { throw Self.busy(instance) }
        if !force, let obstacle = await self.obstacle() {
            throw APIError(
                .conflict, "recovery-blocked",
                "the node of \(instance) cannot be started again now: \(obstacle); send {\"forceRecovery\":true} to try"
                    + " nevertheless")
        }
        guard actions[instance] == nil else { throw Self.busy(instance) }
        let record = try states[instance, default: .init(instance: instance, limits: limits)].force(
            force, report: report, at: .now)
        begin(record)
        return record
    }

    /// Starts a node again for somebody who asked for its process, not for a recovery; returns while it is under way.
    /// - Throws: ``APIError`` 503 when the hub cannot, 409 when it does already.
    func restartNode(_ instance: InstanceID) throws {
        guard let restart else {
            throw APIError(
                .serviceUnavailable, "node-not-owned",
                "the node of \(instance) was not started by this hub: start it again on its host")
        }
        guard actions[instance] == nil else { throw Self.busy(instance) }
        let logger = logger
        actions[instance] = Task {
            do { try await restart(instance) } catch {
                logger.error("node not started again: \(error)", metadata: ["instance": "\(instance)"])
            }
            actions[instance] = nil
        }
    }

    /// What was tried, and what keeps the hub from trying by itself.
    func status(of instance: InstanceID) async -> RecoveryStatus {
        let obstacle = await canRestart ? self.obstacle() : nil
        var status = (states[instance] ?? .init(instance: instance, limits: limits)).status(
            canRestart: canRestart && obstacle == nil, at: .now)
        status.obstacle = obstacle ?? excuses[instance]?.description
        return status
    }

    /// Logs it, once each time.
    private func tell(widespread: NodeExcuse?) {
        if let widespread, !hasToldWidespread { logger.error("\(widespread)") }
        hasToldWidespread = widespread != nil
    }

    /// Logs it, once each time.
    private func tell(obstacle: String?) {
        if let obstacle, obstacle != toldObstacle { logger.error("no node is started again by itself: \(obstacle)") }
        toldObstacle = obstacle
    }

    /// Forgets an instance that is gone.
    func forget(_ instance: InstanceID) {
        excuses[instance] = nil
        states[instance] = nil
        outcomes = outcomes.filter { $0.key.instance != instance }
    }

    /// Lasts until graceful shutdown; an attempt under way ends with it.
    func run() async throws {
        try? await gracefulShutdown()
        for action in actions.values { action.cancel() }
        for action in actions.values { await action.value }
    }

    /// Gives up an attempt whose node does not come back; for one that is not listened to.
    func expire(_ instance: InstanceID) async {
        if case .ended(let record)? = states[instance]?.expire(at: .now) { await tell(record) }
    }

    private static func busy(_ instance: InstanceID) -> APIError {
        APIError(.conflict, "recovering", "the node of \(instance) is being started again already")
    }

    private func begin(_ record: RecoveryRecord) {
        guard let restart else { return }
        actions[record.instance] = Task {
            await tell(record)
            var problem: String?
            var isUntouched = false
            do { try await restart(record.instance) } catch {
                problem = "\(error)"
                isUntouched = error is NodeUntouched
            }
            actions[record.instance] = nil
            if let ended = states[record.instance]?.acted(problem, isUntouched: isUntouched, at: .now) {
                await tell(ended)
            }
        }
    }

    private func tell(_ record: RecoveryRecord) async {
        if let outcome = record.outcome {
            outcomes[Tally(instance: record.instance, outcome: outcome), default: 0] += 1
        }
        logger.warning(
            record.endedAt == nil ? "starting a node again" : "node started again: \(record.outcome?.rawValue ?? "")",
            metadata: [
                "instance": "\(record.instance)", "attempt": "\(record.attempt)", "forced": "\(record.forced)",
                "reason": "\(record.reasons.joined(separator: "; "))",
            ])
        await feed.tell(.recovery(record), of: record.instance)
    }
}
