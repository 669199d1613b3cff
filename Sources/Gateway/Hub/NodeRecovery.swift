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
    private let feed: EventFeed
    private let logger: Logger
    private let limits: NodeRecoveryState.Limits
    private var states: [InstanceID: NodeRecoveryState] = [:]
    /// Whether each node reported when it was checked last.
    private var reporting: [InstanceID: Bool] = [:]
    private var hasToldWidespread = false
    private var actions: [InstanceID: Task<Void, Never>] = [:]
    /// Attempts that ended, since the start.
    private(set) var outcomes: [Tally: Int] = [:]

    /// - Parameters:
    ///   - restart: nil when somebody else starts the nodes.
    ///   - needsWitness: of several nodes none is given up while not one of them reports: then it is the way to them that
    ///     fails, and starting them again would only make it worse.
    init(
        restart: Restart?, needsWitness: Bool = false, feed: EventFeed, limits: NodeRecoveryState.Limits = .init(),
        logger: Logger
    ) {
        self.restart = restart
        self.needsWitness = needsWitness
        self.feed = feed
        self.limits = limits
        self.logger = logger
    }

    /// Whether the hub can start nodes again.
    nonisolated var canRestart: Bool { restart != nil }

    /// Takes what one check of a node said: a report of the node itself, good or not, or that there is none.
    func note(_ report: HealthReport?, reports isReporting: Bool, of instance: InstanceID) async {
        // A restart that somebody asked for is under way.
        if actions[instance] != nil, states[instance]?.isActing != true { return }
        guard restart != nil else { return }
        reporting[instance] = isReporting
        if isWidespread, states[instance]?.isActing != true { return }
        switch states[instance, default: .init(instance: instance, limits: limits)].note(
            isReporting: isReporting, report: report, at: .now)
        {
        case .none: break
        case .attempt(let record): begin(record)
        case .ended(let record): await tell(record)
        }
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

    /// What was tried.
    func status(of instance: InstanceID) -> RecoveryStatus {
        (states[instance] ?? .init(instance: instance, limits: limits)).status(canRestart: canRestart, at: .now)
    }

    /// Whether none of several nodes reports; told once each time.
    private var isWidespread: Bool {
        let isSo = needsWitness && reporting.count > 1 && !reporting.values.contains(true)
        if isSo, !hasToldWidespread {
            logger.error(
                "no node reports: the way from the hub to them seems to fail, so none is started again by itself",
                metadata: ["nodes": "\(reporting.count)"])
        }
        hasToldWidespread = isSo
        return isSo
    }

    /// Forgets an instance that is gone.
    func forget(_ instance: InstanceID) {
        reporting[instance] = nil
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
            do { try await restart(record.instance) } catch { problem = "\(error)" }
            actions[record.instance] = nil
            if let ended = states[record.instance]?.acted(problem, at: .now) { await tell(ended) }
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
