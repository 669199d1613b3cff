import Foundation
import Testing

@testable import Gateway

@Suite("The checks of loco probe test", .timeLimit(.minutes(1)))
struct ProbeCheckTests {
    private func checks(_ json: String) throws -> [String: ProbeCheck] {
        let report = try JSON.decode(JSONValue.self, from: Data(json.utf8))
        return Dictionary(uniqueKeysWithValues: ProbeCheck.all(of: report).map { ($0.name, $0) })
    }

    private let well = """
        {"overallStatus":"healthy","runState":"running","evidence":[],
        "services":[{"name":"xserver","state":"running","pid":5,"restarts":0},
        {"name":"qemu","state":"running","pid":7,"restarts":1}],
        "deepHealth":{"qemu_healthy":true,"video":{"display_active":true},
        "audio":{"pulse_running":true,"audio_devices":2,"guest_stream":"running"},
        "performance":{"vcpu_progress":0.4},"network":{"bridge_up":true,"tap_up":true}}}
        """

    @Test("a guest that is well passes every check, with what was measured")
    func passing() throws {
        let checks = try checks(well)
        #expect(checks.count == 10)
        #expect(checks.values.allSatisfy { $0.outcome == .pass }, "\(checks.values.map(\.line))")
        #expect(checks["QEMU runs"]?.why == "running, pid 7, 1 restarts")
        #expect(checks["network"]?.why == "bridge up, TAP up")
    }

    @Test("what does not exist or is not measured accuses nobody")
    func unmeasured() throws {
        let checks = try checks(#"{"overallStatus":"healthy","services":[],"deepHealth":{}}"#)
        #expect(checks["node answers"]?.outcome == .pass)
        #expect(checks.values.count { $0.outcome == .none } == 9)
    }

    @Test("evidence fails its check and says value and limit")
    func evidence() throws {
        let bad = well.replacing(
            #""evidence":[]"#,
            with: """
                "evidence":[{"part":"capture","reason":"no frame came","value":"2.6 s","threshold":"2 s",
                "isSevere":true},
                {"part":"network","reason":"the TAP is down","value":"down","threshold":null,"isSevere":true}]
                """)
        let checks = try checks(bad)
        #expect(checks["capture heartbeat"]?.outcome == .fail)
        #expect(checks["capture heartbeat"]?.why == "no frame came (2.6 s, limit 2 s)")
        #expect(checks["network"]?.why == "the TAP is down (down)")
        #expect(checks.values.count { $0.outcome == .fail } == 2)
    }

    @Test("a QEMU that is held still fails, although its process lives and it answered a moment ago")
    func held() throws {
        let bad = well.replacing(
            #""evidence":[]"#,
            with: """
                "evidence":[{"part":"qemu","reason":"QEMU hangs: its process is held still","value":"T (stopped)",
                "threshold":null,"isSevere":true}]
                """)
        let checks = try checks(bad)
        #expect(checks["QEMU runs"]?.outcome == .fail)
        #expect(checks["QEMU runs"]?.why == "QEMU hangs: its process is held still (T (stopped))")
    }

    @Test("a paused guest is not a failure")
    func paused() throws {
        let paused = well.replacing(#""runState":"running""#, with: #""runState":"paused""#)
            .replacing(#""vcpu_progress":0.4"#, with: #""vcpu_progress":0"#)
        let checks = try checks(paused)
        #expect(checks["vCPUs progress"] == .init(name: "vCPUs progress", outcome: .pass, why: "the guest is paused"))
        #expect(checks["QMP answers"]?.why == "guest paused")
    }
}
