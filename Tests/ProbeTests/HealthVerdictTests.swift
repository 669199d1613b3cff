import Testing

@testable import Probe

@Suite("HealthVerdict")
struct HealthVerdictTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let facts: HealthFacts
        let status: OverallStatus
        let failure: FailureClass
        let recovery: Bool
        var testDescription: String { name }

        init(
            _ name: String, _ status: OverallStatus, _ failure: FailureClass, recovery: Bool,
            _ change: (inout HealthFacts) -> Void
        ) {
            self.name = name
            self.status = status
            self.failure = failure
            self.recovery = recovery
            var facts = HealthFacts()
            facts.qemuRunning = true
            facts.qmpAnswers = true
            facts.runState = "running"
            facts.displayRunning = true
            facts.pulseRunning = true
            facts.lastFrameAge = 0.03
            change(&facts)
            self.facts = facts
        }
    }

    static let table: [Row] = [
        Row("all is well", .healthy, .none, recovery: false) { _ in },
        Row("nothing measured accuses nobody", .healthy, .none, recovery: false) { $0 = HealthFacts() },
        Row("QEMU dead", .unhealthy, .qemu, recovery: true) { $0.qemuRunning = false },
        Row("QEMU hung", .unhealthy, .qemu, recovery: true) { $0.qmpAnswers = false },
        Row("guest paused", .degraded, .qemu, recovery: false) { $0.runState = "paused" },
        Row("guest crashed", .unhealthy, .qemu, recovery: true) { $0.runState = "guest-panicked" },
        Row("X server dead", .unhealthy, .qemu, recovery: true) { $0.displayRunning = false },
        Row("no frames", .unhealthy, .qemu, recovery: true) { $0.lastFrameAge = 3 },
        Row("a frame just in time", .healthy, .none, recovery: false) { $0.lastFrameAge = 2 },
        Row("PulseAudio dead", .unhealthy, .qemu, recovery: true) { $0.pulseRunning = false },
        Row("busy", .degraded, .qemu, recovery: false) { $0.qemuCPU = 97 },
        Row("fat", .degraded, .qemu, recovery: false) { $0.qemuMemory = 91 },
        Row("TAP down", .unhealthy, .network, recovery: true) { $0.tapUp = false },
        Row("bridge down", .unhealthy, .network, recovery: true) { $0.bridgeUp = false },
        Row("few errors", .healthy, .none, recovery: false) { $0.newNetworkErrors = 10 },
        Row("many errors", .unhealthy, .network, recovery: true) { $0.newNetworkErrors = 11 },
        Row("TAP down and QEMU dead", .unhealthy, .mixed, recovery: true) {
            $0.tapUp = false
            $0.qemuRunning = false
        },
        Row("a viewer in trouble", .degraded, .client, recovery: false) { $0.troubledViewers = 1 },
        Row("a viewer in trouble and no frames", .unhealthy, .qemu, recovery: true) {
            $0.troubledViewers = 1
            $0.lastFrameAge = 9
        },
        Row("on its way up", .degraded, .none, recovery: false) {
            $0.isStarting = true
            $0.qemuRunning = false
        },
        Row("no answer", .unhealthy, .network, recovery: true) { $0.nodeReachable = false },
    ]

    @Test("facts lead to a status, a class and a decision", arguments: table)
    func verdict(_ row: Row) {
        let verdict = HealthVerdict.of(row.facts)
        #expect(verdict.status == row.status)
        #expect(verdict.failure == row.failure)
        #expect(verdict.recoveryNeeded == row.recovery)
        #expect(verdict.errors.isEmpty == (row.failure == .none))
    }
}
