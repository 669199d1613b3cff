import Testing

@testable import Probe

@Suite("HealthVerdict", .timeLimit(.minutes(1)))
struct HealthVerdictTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let facts: HealthFacts
        let status: OverallStatus
        let failure: FailureClass
        let recovery: Bool
        let parts: [Evidence.Part]
        var testDescription: String { name }

        init(
            _ name: String, _ status: OverallStatus, _ failure: FailureClass, recovery: Bool,
            _ parts: [Evidence.Part], _ change: (inout HealthFacts) -> Void
        ) {
            self.name = name
            self.status = status
            self.failure = failure
            self.recovery = recovery
            self.parts = parts
            var facts = HealthFacts.well
            change(&facts)
            self.facts = facts
        }
    }

    static let well: [Row] = [
        Row("all is well", .healthy, .none, recovery: false, []) { _ in },
        Row("nothing measured accuses nobody", .healthy, .none, recovery: false, []) { $0 = HealthFacts() },
        Row("no VNC server asked for", .healthy, .none, recovery: false, []) { $0.vncListens = nil },
        Row("a guest that halts", .healthy, .none, recovery: false, []) { $0.vcpuProgress = 0 },
        Row("an answer just in time", .healthy, .none, recovery: false, []) {
            $0.controlSilence = 2
            $0.vcpuProgress = 0
        },
        Row("a frame just in time", .healthy, .none, recovery: false, []) { $0.lastFrameAge = 2 },
        Row("a sound server just in time", .healthy, .none, recovery: false, []) { $0.soundAnswerAge = 2 },
        Row("busy for a moment", .healthy, .none, recovery: false, []) {
            $0.qemuCPU = 100
            $0.qemuBusyFor = 5
        },
        Row("few errors", .healthy, .none, recovery: false, []) { $0.network = .with(newErrors: 10) },
        Row("a bridge and a TAP", .healthy, .none, recovery: false, []) { $0.network = .with() },
        Row("on its first way up", .degraded, .none, recovery: false, [.qemu]) {
            $0.isStarting = true
            $0.qemu = ServiceFact(isRunning: false)
            $0.lastFrameAge = 9
            $0.vncListens = false
            $0.network = .with(tap: "down")
        },
        Row("paused", .degraded, .none, recovery: false, [.qemu]) { $0.runState = "paused" },
        Row("paused for the focus", .healthy, .none, recovery: false, []) {
            $0.runState = "paused"
            $0.isPausedForFocus = true
            $0.vcpuProgress = 0
        },
        Row("paused for the focus, and QEMU dead", .unhealthy, .qemu, recovery: true, [.qemu]) {
            $0.qemu = ServiceFact(isRunning: false)
            $0.isPausedForFocus = true
        },
        Row("stopped by a disk error while paused for the focus", .unhealthy, .qemu, recovery: true, [.disk]) {
            $0.runState = "io-error"
            $0.isPausedForFocus = true
        },
        Row("paused and still", .degraded, .none, recovery: false, [.qemu]) {
            $0.runState = "paused"
            $0.vcpuProgress = 0
            $0.guestStreamLost = false
        },
        Row("suspended", .degraded, .none, recovery: false, [.qemu]) { $0.runState = "suspended" },
    ]

    static let guest: [Row] = [
        Row("QEMU dead", .unhealthy, .qemu, recovery: true, [.qemu]) { $0.qemu = ServiceFact(isRunning: false) },
        Row("QEMU dead explains the picture and the stream", .unhealthy, .qemu, recovery: true, [.qemu]) {
            $0.qemu = ServiceFact(isRunning: false, supervision: .restarting(after: 30))
            $0.lastFrameAge = 9
            $0.guestStreamLost = true
        },
        Row("QEMU stopped by a signal", .unhealthy, .qemu, recovery: true, [.qemu]) {
            $0.qemu = ServiceFact(isRunning: true, state: "T")
        },
        Row("QEMU hung", .unhealthy, .qemu, recovery: true, [.qemu]) {
            $0.controlSilence = 2.1
            $0.vcpuProgress = 0
        },
        Row("QEMU hung, processors not measured", .unhealthy, .qemu, recovery: true, [.qemu]) {
            $0.controlSilence = 2.1
            $0.vcpuProgress = nil
        },
        Row("QEMU slow", .degraded, .qemu, recovery: false, [.qemu]) { $0.controlSilence = 2.1 },
        Row("QEMU's main loop hung", .unhealthy, .qemu, recovery: true, [.qemu]) { $0.controlSilence = 6.1 },
        Row("guest crashed", .unhealthy, .qemu, recovery: true, [.qemu]) { $0.runState = "guest-panicked" },
        Row("guest panicked and runs on", .unhealthy, .qemu, recovery: true, [.qemu]) { $0.hasPanicked = true },
        Row("guest shut down", .unhealthy, .qemu, recovery: true, [.qemu]) { $0.runState = "shutdown" },
        Row("disk full", .unhealthy, .qemu, recovery: true, [.disk, .disk]) {
            $0.runState = "io-error"
            $0.newDiskErrors = 1
        },
        Row("disk errors told to the guest", .degraded, .qemu, recovery: false, [.disk]) { $0.newDiskErrors = 3 },
        Row("X server dead", .unhealthy, .qemu, recovery: true, [.display]) {
            $0.display = ServiceFact(isRunning: false)
        },
        Row("X server dead explains QEMU and the picture", .unhealthy, .qemu, recovery: true, [.display]) {
            $0.display = ServiceFact(isRunning: false)
            $0.qemu = ServiceFact(isRunning: false)
            $0.lastFrameAge = 3
            $0.guestStreamLost = true
        },
        Row("X server stopped by a signal", .unhealthy, .qemu, recovery: true, [.display]) {
            $0.display = ServiceFact(isRunning: true, state: "T")
            $0.controlSilence = 7
        },
        Row("no frames", .unhealthy, .qemu, recovery: true, [.capture]) { $0.lastFrameAge = 3 },
        Row("PulseAudio dead", .degraded, .qemu, recovery: true, [.sound]) { $0.pulse = ServiceFact(isRunning: false) },
        Row("PulseAudio stopped by a signal", .degraded, .qemu, recovery: true, [.sound]) {
            $0.pulse = ServiceFact(isRunning: true, state: "T")
        },
        Row("PulseAudio silent", .degraded, .qemu, recovery: true, [.sound]) { $0.soundAnswerAge = 2.5 },
        Row("the guest's stream gone", .degraded, .qemu, recovery: true, [.sound]) { $0.guestStreamLost = true },
        Row("sound only, and paused", .degraded, .qemu, recovery: true, [.qemu, .sound]) {
            $0.runState = "paused"
            $0.pulse = ServiceFact(isRunning: false)
        },
        Row("no picture and no sound", .unhealthy, .qemu, recovery: true, [.capture, .sound]) {
            $0.lastFrameAge = 3
            $0.soundAnswerAge = 3
        },
        Row("VNC down", .degraded, .qemu, recovery: false, [.qemu]) { $0.vncListens = false },
        Row("QEMU dead explains VNC", .unhealthy, .qemu, recovery: true, [.qemu]) {
            $0.qemu = ServiceFact(isRunning: false)
            $0.vncListens = false
        },
        Row("VNC down and no sound", .degraded, .qemu, recovery: true, [.sound, .qemu]) {
            $0.soundAnswerAge = 3
            $0.vncListens = false
        },
        Row("busy for long", .degraded, .qemu, recovery: false, [.load]) {
            $0.qemuCPU = 97
            $0.qemuBusyFor = 31
        },
        Row("fat", .degraded, .qemu, recovery: false, [.load]) { $0.qemuMemory = 91 },
    ]

    static let network: [Row] = [
        Row("TAP down", .unhealthy, .network, recovery: true, [.network]) { $0.network = .with(tap: "down") },
        Row("TAP gone", .unhealthy, .network, recovery: true, [.network]) { $0.network = .with(tap: nil) },
        Row("bridge down", .unhealthy, .network, recovery: true, [.network]) { $0.network = .with(bridge: "down") },
        Row("both down", .unhealthy, .network, recovery: true, [.network, .network]) {
            $0.network = .with(bridge: nil, tap: "down")
        },
        Row("many errors", .unhealthy, .network, recovery: true, [.network]) { $0.network = .with(newErrors: 11) },
        Row("TAP without its QEMU", .unhealthy, .qemu, recovery: true, [.qemu]) {
            $0.qemu = ServiceFact(isRunning: false)
            $0.network = .with(bridge: "down", tap: "down", lacksCarrier: true)
        },
        Row("TAP whose QEMU has just begun", .healthy, .none, recovery: false, []) {
            $0.qemu = ServiceFact(isRunning: true, uptime: 1)
            $0.network = .with(bridge: "down", tap: "down", lacksCarrier: true)
        },
        Row("TAP down explains the bridge's missing carrier", .unhealthy, .network, recovery: true, [.network]) {
            $0.network = NetworkReading(
                bridge: InterfaceReading(name: "br", operationalState: "down", isUp: false, lacksCarrier: true),
                tap: InterfaceReading(name: "tap", operationalState: "down", isUp: false))
        },
        Row("TAP that QEMU has let go", .unhealthy, .network, recovery: true, [.network]) {
            $0.qemu = ServiceFact(isRunning: true, uptime: 60)
            $0.network = .with(tap: "down", lacksCarrier: true)
        },
        Row("TAP down and paused", .unhealthy, .network, recovery: true, [.qemu, .network]) {
            $0.network = .with(tap: "down")
            $0.runState = "paused"
        },
        Row("TAP down and QEMU dead", .unhealthy, .mixed, recovery: true, [.qemu, .network]) {
            $0.network = .with(tap: "down")
            $0.qemu = ServiceFact(isRunning: false)
        },
        Row("TAP down and QEMU stopped", .unhealthy, .mixed, recovery: true, [.qemu, .network]) {
            $0.network = .with(tap: "down")
            $0.qemu = ServiceFact(isRunning: true, state: "T")
        },
        Row("TAP down and no sound", .unhealthy, .mixed, recovery: true, [.sound, .network]) {
            $0.network = .with(tap: "down")
            $0.pulse = ServiceFact(isRunning: false)
        },
    ]

    private static let loss = ViewerTrouble(viewer: "v1", kind: .loss, measured: 0.2, limit: 0.05)

    static let viewers: [Row] = [
        Row("a viewer in trouble", .degraded, .client, recovery: false, [.viewer]) { $0.troubles = [loss] },
        Row("a viewer in trouble, the guest paused", .degraded, .client, recovery: false, [.qemu, .viewer]) {
            $0.troubles = [loss]
            $0.runState = "paused"
        },
        Row("a viewer in trouble and no frames", .unhealthy, .qemu, recovery: true, [.capture, .viewer]) {
            $0.troubles = [loss]
            $0.lastFrameAge = 9
        },
        Row("a viewer in trouble and the TAP down", .unhealthy, .network, recovery: true, [.network, .viewer]) {
            $0.troubles = [loss]
            $0.network = .with(tap: "down")
        },
    ]

    static let nodes: [Row] = [
        Row("node refused", .unhealthy, .qemu, recovery: true, [.node]) { $0.node = .refused },
        Row("node silent", .unhealthy, .qemu, recovery: true, [.node]) { $0.node = .silent },
        Row("node garbled", .unhealthy, .qemu, recovery: true, [.node]) { $0.node = .garbled },
        Row("node timed out", .unhealthy, .network, recovery: true, [.node]) { $0.node = .timedOut },
        Row("a node that stopped reporting is not its guest", .unhealthy, .network, recovery: true, [.node]) {
            $0.nodeReachable = false
            $0.qemu = ServiceFact(isRunning: false)
            $0.troubles = [loss]
        },
    ]

    @Test(
        "facts lead to a status, a class, a decision and evidence", arguments: well + guest + network + viewers + nodes)
    func verdict(_ row: Row) {
        let verdict = HealthVerdict.of(row.facts)
        #expect(verdict.status == row.status)
        #expect(verdict.failure == row.failure)
        #expect(verdict.recoveryNeeded == row.recovery)
        #expect(verdict.evidence.map(\.part) == row.parts)
        #expect(verdict.errors == verdict.evidence.map(\.reason))
        #expect(verdict.evidence.allSatisfy { !$0.reason.isEmpty && !$0.value.isEmpty })
    }

    @Test("evidence gives the value and the limit that it broke")
    func evidence() {
        var facts = HealthFacts.well
        facts.lastFrameAge = 2.64
        #expect(
            HealthVerdict.of(facts).evidence == [
                Evidence(
                    part: .capture, reason: "no frame of the guest's picture is captured", value: "2.6 s",
                    threshold: "2 s")
            ])
        facts = .well
        facts.troubles = [Self.loss]
        #expect(
            HealthVerdict.of(facts).evidence == [
                Evidence(
                    part: .viewer, reason: "the viewer v1 loses packets", value: "20.0 %", threshold: "5.0 %",
                    isSevere: false)
            ])
    }

    @Test("a restart under way, one that waits and one that is not coming say so")
    func supervision() {
        func error(_ supervision: ServiceFact.Supervision, shutdown: String? = nil) -> [String] {
            var facts = HealthFacts.well
            facts.qemu = ServiceFact(isRunning: false, supervision: supervision)
            facts.shutdown = shutdown
            return HealthVerdict.of(facts).errors
        }
        #expect(error(.idle) == ["QEMU is not running"])
        #expect(error(.restarting(after: nil)) == ["QEMU is not running; it is being started again"])
        #expect(error(.restarting(after: 29.96)) == ["QEMU is not running; it is started again in 30 s"])
        #expect(error(.gaveUp)[0].hasSuffix("stays down until somebody asks"))
        #expect(error(.idle, shutdown: "guest-shutdown") == ["QEMU is not running (guest-shutdown)"])
    }
}
