extension HealthReport {
    /// What is being tried to mend the instance.
    public struct Recovery: Sendable, Codable, Hashable {
        /// Attempts since the instance was last well for long enough.
        public var attempts: Int
        /// Attempts that are made without somebody asking.
        public var maxAttempts: Int
        /// An attempt is under way.
        public var isRecovering: Bool
        /// What it does, or the last one did: "qemu"; nil when there was none.
        @ExplicitNull public var strategy: String?
        /// How the last one ended: "recovered", "failed", "aborted"; nil while it is under way.
        @ExplicitNull public var outcome: String?

        /// Describes the attempts.
        public init(attempts: Int, maxAttempts: Int, isRecovering: Bool, strategy: String?, outcome: String?) {
            self.attempts = attempts
            self.maxAttempts = maxAttempts
            self.isRecovering = isRecovering
            self.strategy = strategy
            self.outcome = outcome
        }
    }
}
