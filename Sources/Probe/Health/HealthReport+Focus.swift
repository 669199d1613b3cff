extension HealthReport {
    /// What the focus means for the guest.
    public struct Focus: Sendable, Codable, Hashable {
        /// Whether it is in focus; nil while no guest is.
        @ExplicitNull public var focused: Bool?
        /// Its share of the processors that is in force, beside a focused guest's; 1 is the whole.
        public var cpuShare: Double
        /// What holds the share: "cgroup", "priority"; nil where nothing had to be done, or could be.
        @ExplicitNull public var means: String?
        /// Why the share that was wished is not in force; nil when it is.
        @ExplicitNull public var reason: String?
        /// It stands still because others are in focus.
        public var paused: Bool

        /// Describes what is so.
        public init(focused: Bool?, cpuShare: Double, means: String?, reason: String?, paused: Bool) {
            self.cpuShare = cpuShare
            self.paused = paused
            self.focused = focused
            self.means = means
            self.reason = reason
        }
    }
}
