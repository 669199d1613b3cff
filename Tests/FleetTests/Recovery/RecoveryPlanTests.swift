import Probe
import Testing

@testable import Fleet

@Suite("RecoveryPlan")
struct RecoveryPlanTests {
    static let table: [([Evidence.Part], [RecoveryStrategy])] = [
        ([], []),
        ([.network], [.network]),
        ([.sound], [.sound, .qemu]),
        ([.capture], [.pipeline, .display, .qemu]),
        ([.display], [.display, .qemu]),
        ([.qemu], [.qemu]),
        ([.disk], [.qemu]),
        ([.node], [.node]),
        ([.node, .qemu, .network], [.node]),
        ([.viewer], []),
        ([.load], []),
        // What QEMU's or the X server's end explains is not mended besides.
        ([.qemu, .sound], [.qemu]),
        ([.qemu, .capture], [.qemu]),
        ([.display, .qemu, .capture, .sound], [.display, .qemu]),
        ([.sound, .capture], [.sound, .pipeline, .display, .qemu]),
        // Mixed: the network first.
        ([.qemu, .network], [.network, .qemu]),
        ([.sound, .network], [.network, .sound, .qemu]),
        ([.capture, .network, .viewer], [.network, .pipeline, .display, .qemu]),
    ]

    @Test("what is accused decides the strategies, the narrowest first", arguments: table)
    func strategies(_ parts: [Evidence.Part], _ expected: [RecoveryStrategy]) {
        #expect(RecoveryPlan.strategies(for: .made(parts)) == expected)
    }

    @Test("what is only poor calls for nothing", arguments: Evidence.Part.allCases)
    func mild(_ part: Evidence.Part) {
        #expect(RecoveryPlan.strategies(for: .made(mild: [part])).isEmpty)
        #expect(RecoveryPlan.strategies(for: .made([.network], mild: [part])) == [.network])
    }

    @Test("a report without evidence is judged by its class", arguments: FailureClass.allCases)
    func classOnly(_ failure: FailureClass) {
        var report = HealthReport.made(failure: failure)
        report.recoveryNeeded = true
        let expected: [RecoveryStrategy] =
            switch failure {
            case .none, .client: []
            case .network: [.network]
            case .qemu: [.qemu]
            case .mixed: [.network, .qemu]
            }
        #expect(RecoveryPlan.strategies(for: report) == expected)
        #expect(RecoveryPlan.automaticSteps(for: report) == expected)
    }

    static let widening: [([Evidence.Part], Set<RecoveryStrategy>, [RecoveryStrategy])] = [
        ([.sound], [], [.sound]),
        ([.sound], [.sound], [.qemu]),
        ([.sound], [.sound, .qemu], [.qemu]),
        ([.capture], [.pipeline], [.display]),
        ([.capture], [.pipeline, .display], [.qemu]),
        // A failure of something else does not widen.
        ([.capture], [.sound], [.pipeline]),
        ([.network], [.network], [.network]),
        ([.network, .sound], [], [.network, .sound]),
        ([.network, .sound], [.network, .sound], [.network, .qemu]),
    ]

    @Test("the next attempt is wider where the narrower one failed", arguments: widening)
    func steps(_ parts: [Evidence.Part], _ failed: Set<RecoveryStrategy>, _ expected: [RecoveryStrategy]) {
        #expect(RecoveryPlan.steps(for: .made(parts), failed: failed) == expected)
    }

    @Test("what a supervisor is at, or has given up, is left to it", arguments: ["restarting", "starting", "error"])
    func supervised(_ state: String) {
        let report = HealthReport.made([.qemu], services: ["qemu": state])
        #expect(RecoveryPlan.automaticSteps(for: report).isEmpty)
        #expect(RecoveryPlan.steps(for: report) == [.qemu])
        let both = HealthReport.made([.qemu, .network], services: ["qemu": state])
        #expect(RecoveryPlan.automaticSteps(for: both) == [.network])
        let hung = HealthReport.made([.qemu], services: ["qemu": "running", "pulse": state])
        #expect(RecoveryPlan.automaticSteps(for: hung) == [.qemu])
    }

    @Test("what follows from an end that a supervisor is at is left to it too", arguments: ["qemu", "xserver"])
    func consequences(_ service: String) {
        let report = HealthReport.made([.qemu, .capture, .sound], services: [service: "restarting"])
        #expect(RecoveryPlan.automaticSteps(for: report).isEmpty)
        #expect(RecoveryPlan.automaticSteps(for: .made([.capture], services: ["pulse": "restarting"])) == [.pipeline])
        #expect(RecoveryPlan.automaticSteps(for: .made([.sound], services: ["pulse": "restarting"])).isEmpty)
    }
}
