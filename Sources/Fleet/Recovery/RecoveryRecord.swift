import Foundation
import Probe

/// One attempt to mend an instance, and what the measurements after it said.
public struct RecoveryRecord: Sendable, Codable, Equatable, Identifiable {
    /// How an attempt ended.
    public enum Outcome: String, Sendable, Codable {
        /// The next measurements were good.
        case recovered
        /// They were not, in the time given.
        case failed
        /// It was not carried to its end: the node stopped, or somebody forced another one.
        case aborted
    }

    /// The attempt's own id.
    public var id: UUID
    /// The instance.
    public var instance: InstanceID
    /// Where the failure was.
    public var failure: FailureClass
    /// What was wrong, one sentence each.
    public var reasons: [String]
    /// What is done.
    public var strategy: RecoveryStrategy
    /// 1 for the first attempt since the instance was last well.
    public var attempt: Int
    /// Somebody asked for it, over the limit of attempts.
    public var forced: Bool
    /// When the action began.
    public var startedAt: Date
    /// When the measurements were good, or the attempt was given up; nil while it is under way.
    public var endedAt: Date?
    /// How it ended; nil while it is under way.
    public var outcome: Outcome?
    /// What the action or the verification said; nil where there is nothing to add.
    public var detail: String?

    /// An attempt that begins.
    public init(
        id: UUID = UUID(), instance: InstanceID, failure: FailureClass, reasons: [String], strategy: RecoveryStrategy,
        attempt: Int, forced: Bool = false, startedAt: Date = Date()
    ) {
        self.id = id
        self.instance = instance
        self.failure = failure
        self.reasons = reasons
        self.strategy = strategy
        self.attempt = attempt
        self.forced = forced
        self.startedAt = startedAt
    }

    /// Writes what does not exist as `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(instance, forKey: .instance)
        try container.encode(failure, forKey: .failure)
        try container.encode(reasons, forKey: .reasons)
        try container.encode(strategy, forKey: .strategy)
        try container.encode(attempt, forKey: .attempt)
        try container.encode(forced, forKey: .forced)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(endedAt, forKey: .endedAt)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(detail, forKey: .detail)
    }
}
