/// A judgement of an instance's health.
public struct HealthVerdict: Sendable, Equatable {
    /// How it is.
    public let status: OverallStatus
    /// Where the failure is.
    public let failure: FailureClass
    /// Something should be done about it.
    public let recoveryNeeded: Bool
    /// What is wrong, one sentence each.
    public let errors: [String]

    private enum Part { case qemu, network, client }
    private struct Finding {
        let part: Part
        let severe: Bool
        let text: String
    }

    /// Seconds without a frame from which the display counts as dead.
    public static let frameLimit = 2.0
    /// Per cent of a core or of the host's memory from which QEMU counts as overloaded.
    public static let loadLimit = 90.0
    /// New interface errors from which the network counts as failing.
    public static let networkErrorLimit = 10

    /// Judges facts: a pure function, tested by table.
    public static func of(_ facts: HealthFacts) -> HealthVerdict {
        guard facts.nodeReachable else {
            return HealthVerdict(
                status: .unhealthy, failure: .network, recoveryNeeded: true, errors: ["the node does not answer"])
        }
        let findings = facts.isStarting ? [] : qemuFindings(facts) + networkFindings(facts) + clientFindings(facts)
        let parts = Set(findings.map(\.part))
        let failure: FailureClass =
            switch (parts.contains(.qemu), parts.contains(.network), parts.contains(.client)) {
            case (true, true, _): .mixed
            case (true, false, _): .qemu
            case (false, true, _): .network
            case (false, false, true): .client
            case (false, false, false): .none
            }
        let severe = findings.contains(where: \.severe)
        let status: OverallStatus = severe ? .unhealthy : findings.isEmpty && !facts.isStarting ? .healthy : .degraded
        return HealthVerdict(
            status: status, failure: failure, recoveryNeeded: severe, errors: findings.map(\.text))
    }

    private static func qemuFindings(_ facts: HealthFacts) -> [Finding] {
        func finding(_ text: String, severe: Bool = true) -> Finding {
            Finding(part: .qemu, severe: severe, text: text)
        }
        var result: [Finding] = []
        if facts.qemuRunning == false { result.append(finding("QEMU is not running")) }
        if facts.qemuRunning != false, facts.qmpAnswers == false { result.append(finding("QEMU does not answer")) }
        switch facts.runState {
        case nil, "running": break
        case "paused", "suspended", "prelaunch", "inmigrate", "save-vm", "restore-vm", "debug":
            result.append(finding("the guest is \(facts.runState ?? "paused")", severe: false))
        case let other?: result.append(finding("the guest's state is \(other)"))
        }
        if facts.displayRunning == false { result.append(finding("the X server is not running")) }
        if facts.pulseRunning == false { result.append(finding("PulseAudio is not running")) }
        if let age = facts.lastFrameAge, age > frameLimit, facts.qemuRunning != false, facts.displayRunning != false {
            result.append(finding("no frame was captured for \(Int(age)) s"))
        }
        if let cpu = facts.qemuCPU, cpu > loadLimit {
            result.append(finding("QEMU takes \(Int(cpu)) % of a core", severe: false))
        }
        if let memory = facts.qemuMemory, memory > loadLimit {
            result.append(finding("QEMU takes \(Int(memory)) % of the host's memory", severe: false))
        }
        return result
    }

    private static func networkFindings(_ facts: HealthFacts) -> [Finding] {
        func finding(_ text: String) -> Finding { Finding(part: .network, severe: true, text: text) }
        var result: [Finding] = []
        if facts.bridgeUp == false { result.append(finding("the guest's bridge is down")) }
        if facts.tapUp == false { result.append(finding("the guest's TAP is down")) }
        if let errors = facts.newNetworkErrors, errors > networkErrorLimit {
            result.append(finding("the guest's interface had \(errors) new errors"))
        }
        return result
    }

    private static func clientFindings(_ facts: HealthFacts) -> [Finding] {
        guard let troubled = facts.troubledViewers, troubled > 0 else { return [] }
        return [Finding(part: .client, severe: false, text: "\(troubled) viewer(s) report a bad connection")]
    }
}
