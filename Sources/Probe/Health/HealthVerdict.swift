/// A judgement of an instance's health.
public struct HealthVerdict: Sendable, Equatable {
    /// How it is.
    public let status: OverallStatus
    /// Where the failure is.
    public let failure: FailureClass
    /// Something should be done about it.
    public let recoveryNeeded: Bool
    /// What speaks against it: what was measured and the limit it broke.
    public let evidence: [Evidence]

    /// What is wrong, one sentence each.
    public var errors: [String] { evidence.map(\.reason) }

    /// The limits that facts are judged by, all of them.
    public enum Limit {
        /// Seconds without a frame from which the capture counts as dead.
        public static let frame = 2.0
        /// Seconds without an answer on the control socket from which a QEMU whose processors stand still is hung.
        public static let control = 2.0
        /// Seconds without an answer from which QEMU is hung although its processors run: a loaded host can be slow.
        public static let busyControl = 6.0
        /// Per cent of a core under which a guest's processors make no progress.
        public static let progress = 0.1
        /// Seconds without an answer from which the sound server counts as dead.
        public static let sound = 2.0
        /// Per cent of a core or of the host's memory from which QEMU counts as overloaded.
        public static let load = 90.0
        /// Seconds of load that count; a boot is shorter.
        public static let loadHold = 30.0
        /// Interface errors within the window from which the network counts as failing.
        public static let networkErrors = 10
    }

    /// Judges facts: a pure function, tested by table.
    public static func of(_ facts: HealthFacts) -> HealthVerdict {
        if let evidence = facts.node.evidence {
            return HealthVerdict(
                status: .unhealthy, failure: facts.node.failure, recoveryNeeded: true, evidence: [evidence])
        }
        guard !facts.isStarting else {
            return HealthVerdict(
                status: .degraded, failure: .none, recoveryNeeded: false,
                evidence: [
                    Evidence(part: .qemu, reason: "the guest is starting", value: "starting", isSevere: false)
                ])
        }
        return verdict(GuestFindings.of(facts) + NetworkFindings.of(facts) + viewerFindings(facts))
    }

    private static func viewerFindings(_ facts: HealthFacts) -> [Finding] {
        (facts.troubles ?? []).map { trouble in
            Finding(
                .client, .degrades,
                Evidence(
                    part: .viewer, reason: trouble.reason, value: trouble.value, threshold: trouble.threshold,
                    isSevere: false))
        }
    }

    private static func verdict(_ findings: [Finding]) -> HealthVerdict {
        let classes = Set(findings.map(\.failure))
        let failure: FailureClass =
            switch (classes.contains(.qemu), classes.contains(.network), classes.contains(.client)) {
            case (true, true, _): .mixed
            case (true, false, _): .qemu
            case (false, true, _): .network
            case (false, false, true): .client
            case (false, false, false): .none
            }
        let isBroken = findings.contains { $0.weight == .breaks }
        return HealthVerdict(
            status: isBroken ? .unhealthy : findings.isEmpty ? .healthy : .degraded, failure: failure,
            recoveryNeeded: findings.contains(where: \.evidence.isSevere), evidence: findings.map(\.evidence))
    }
}
