import Foundation

/// What has been tried to mend an instance, as `GET /api/quality/recovery-status` shows it.
public struct RecoveryStatus: Sendable, Codable, Equatable {
    /// Attempts since the instance was last well for long enough.
    public var attempts: Int
    /// Attempts that are made without somebody asking.
    public var maxAttempts: Int
    /// Another attempt may be made without force.
    public var canRecover: Bool
    /// What keeps attempts from being made without somebody asking, besides their number; nil when nothing does.
    public var obstacle: String?
    /// An attempt is under way.
    public var isRecovering: Bool
    /// When the next attempt may begin; nil when it may at once, or none will.
    public var nextAttemptAt: Date?
    /// The newest attempts, the newest first; at most 50.
    public var history: [RecoveryRecord]

    /// An instance nothing has been tried on.
    public init(attempts: Int = 0, maxAttempts: Int = 3, history: [RecoveryRecord] = []) {
        self.attempts = attempts
        self.maxAttempts = maxAttempts
        canRecover = attempts < maxAttempts
        isRecovering = false
        self.history = history
    }

    /// Writes what does not exist as `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(maxAttempts, forKey: .maxAttempts)
        try container.encode(canRecover, forKey: .canRecover)
        try container.encode(obstacle, forKey: .obstacle)
        try container.encode(isRecovering, forKey: .isRecovering)
        try container.encode(nextAttemptAt, forKey: .nextAttemptAt)
        try container.encode(history, forKey: .history)
    }
}
