import Probe

/// Which strategies a report calls for. Pure, tested by table.
///
/// What only slows (load), what somebody wants (a paused guest) and what is a viewer's own (its connection) calls for
/// nothing. What one thing explains is not accused besides: with QEMU or the X server gone, no picture and no sound are
/// consequences.
public enum RecoveryPlan {
    /// What is done where somebody insists and nothing measured says what is wrong.
    public static let unaccused: [RecoveryStrategy] = [.pipeline, .qemu]

    /// The strategies for what the report accuses: the network's before the guest's, and each of the two from the
    /// narrowest to the widest. Empty where nothing is to be done.
    public static func strategies(for report: HealthReport) -> [RecoveryStrategy] {
        guard report.recoveryNeeded else { return [] }
        let parts = accused(report)
        if parts.contains(.node) { return [.node] }
        return (parts.contains(.network) ? [.network] : []) + guestLadder(parts)
    }

    /// The strategies of one attempt, in order: of each of the two domains the narrowest that has not `failed`, or the
    /// widest when all have.
    public static func steps(
        for report: HealthReport, failed: Set<RecoveryStrategy> = []
    ) -> [RecoveryStrategy] {
        steps(of: strategies(for: report), failed: failed)
    }

    /// The strategies of an attempt that nobody asked for: what a supervisor is bringing back, or has given up, is left
    /// to it. A service that ended too often stays down until somebody asks.
    public static func automaticSteps(
        for report: HealthReport, failed: Set<RecoveryStrategy> = []
    ) -> [RecoveryStrategy] {
        var rest = report
        rest.evidence.removeAll { isLeftToSupervisor($0.part, in: report) }
        guard rest.evidence.contains(where: \.isSevere) || report.evidence.isEmpty else { return [] }
        return steps(for: rest, failed: failed)
    }

    /// The strategies of one attempt, picked from ladders as `strategies(for:)` gives them.
    static func steps(of ladder: [RecoveryStrategy], failed: Set<RecoveryStrategy>) -> [RecoveryStrategy] {
        let guest = ladder.filter { $0 != .network }
        let next = guest.first { !failed.contains($0) } ?? guest.last
        return ladder.filter { $0 == .network } + (next.map { [$0] } ?? [])
    }

    /// What mends a service that ended: its supervisor does it; this is its name.
    static func strategy(ofService name: String) -> RecoveryStrategy {
        switch name {
        case "qemu": .qemu
        case "xserver": .display
        case "pulse": .sound
        case "media": .pipeline
        default: .node
        }
    }

    /// The parts that a strategy answers for.
    static func parts(of strategy: RecoveryStrategy) -> Set<Evidence.Part> {
        switch strategy {
        case .network: [.network]
        case .sound: [.sound]
        case .pipeline: [.capture]
        case .display: [.display, .capture]
        case .qemu: [.qemu, .disk, .capture]
        case .node: [.node]
        }
    }

    private static func accused(_ report: HealthReport) -> Set<Evidence.Part> {
        guard report.evidence.isEmpty else { return Set(report.evidence.filter(\.isSevere).map(\.part)) }
        // A report without evidence, of an older node: its class is all there is.
        return switch report.failureType {
        case .network: [.network]
        case .qemu: [.qemu]
        case .mixed: [.network, .qemu]
        case .none, .client: []
        }
    }

    private static func guestLadder(_ parts: Set<Evidence.Part>) -> [RecoveryStrategy] {
        if parts.contains(.display) { return [.display, .qemu] }
        if parts.contains(.qemu) || parts.contains(.disk) { return [.qemu] }
        return switch (parts.contains(.sound), parts.contains(.capture)) {
        case (true, true): [.sound, .pipeline, .display, .qemu]
        case (true, false): [.sound, .qemu]
        case (false, true): [.pipeline, .display, .qemu]
        case (false, false): []
        }
    }

    /// With QEMU or its X server down, everything of the guest waits for their supervisor: no picture and no sound are
    /// consequences then.
    private static func isLeftToSupervisor(_ part: Evidence.Part, in report: HealthReport) -> Bool {
        let names: Set<String> =
            switch part {
            case .qemu, .disk, .display, .capture: ["qemu", "xserver"]
            case .sound: ["qemu", "xserver", "pulse"]
            case .network, .viewer, .load, .node: []
            }
        return report.services.contains { service in
            names.contains(service.name) && ProcessState(rawValue: service.state).map { $0 != .running } ?? false
        }
    }
}
