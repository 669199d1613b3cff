import Foundation
import Testing

@testable import Probe

@Suite("HealthReport")
struct HealthReportTests {
    @Test("what is not measured is null, and the shape is the documented one")
    func nulls() throws {
        let report = HealthReport(
            instanceId: "instance-0", timestamp: Date(timeIntervalSince1970: 1_767_225_600), facts: HealthFacts(),
            deepHealth: DeepHealth())
        let json = String(decoding: try report.json(), as: UTF8.self)
        let expected =
            #"{"capture":null,"deepHealth":{"audio":{"audio_devices":null,"estimated_level":null,"guest_stream":null,"#
            + #""peak_db":null,"pulse_running":null,"rms_db":null,"silent":null},"#
            + #""network":{"bridge_up":null,"rx_error_rate":null,"rx_errors":null,"tap_up":null,"#
            + #""tx_error_rate":null,"tx_errors":null},"#
            + #""performance":{"disk_errors":null,"encode_ms_p95":null,"load_average":null,"qemu_cpu":null,"#
            + #""qemu_memory":null,"queue_drops":null,"vcpu_progress":null},"qemu_healthy":null,"#
            + #""video":{"black":null,"display_active":null,"estimated_frame_rate":null,"frozen_seconds":null,"#
            + #""vnc_available":null}},"encoders":[],"#
            + #""errors":[],"evidence":[],"failureType":"none","focus":null,"instanceId":"instance-0","kubernetes":null,"#
            + #""overallStatus":"healthy","recovery":null,"recoveryNeeded":false,"runState":null,"services":[],"#
            + #""timestamp":"2026-01-01T00:00:00Z","viewers":null}"#
        #expect(json == expected)
    }

    @Test("a full report survives the way through JSON")
    func roundTrip() throws {
        var deep = DeepHealth()
        deep.qemuHealthy = true
        deep.video.estimatedFrameRate = 29.5
        deep.performance.qemuCPU = 15.8
        deep.audio.guestStream = .corked
        deep.audio.rmsDecibels = -23.5
        var facts = HealthFacts()
        facts.qemu = ServiceFact(isRunning: false)
        var report = HealthReport(
            instanceId: "instance-1", timestamp: Date(timeIntervalSince1970: 1000), facts: facts, deepHealth: deep)
        report.recovery = .init(attempts: 1, maxAttempts: 3, isRecovering: true, strategy: "qemu", outcome: nil)
        #expect(report.evidence == [Evidence(part: .qemu, reason: "QEMU is not running", value: "down")])
        report.services = [.init(name: "qemu", state: "running", pid: 7, uptime: nil, restarts: 0)]
        report.focus = .init(focused: false, cpuShare: 0.25, means: "priority", reason: nil, paused: true)
        report.capture = .init(grabbedFps: 30, width: 640, height: 480)
        report.encoders = [.init(rendition: "full", codec: "H264", element: "x264enc", fps: nil, bitrate: 9.5)]
        report.encoderChoices = [
            .init(codec: "h264", element: "x264enc", passedOver: [.init(element: "vah264enc", reason: "no device")]),
            .init(codec: "vp8", element: nil, passedOver: []),
        ]
        #expect(try HealthReport.decode(report.json()) == report)
    }

    @Test("a report from a node that knows fewer fields is read")
    func missing() throws {
        let text = """
            {"instanceId":"i","timestamp":"2026-01-01T00:00:00Z","overallStatus":"healthy","deepHealth":{"video":{},
            "audio":{},"performance":{},"network":{}},"failureType":"none","recoveryNeeded":false,"errors":[],
            "services":[],"encoders":[]}
            """
        let report = try HealthReport.decode(Data(text.utf8))
        #expect(report.deepHealth.qemuHealthy == nil)
        #expect(report.kubernetes == nil)
        #expect(report.encoderChoices == nil)
        #expect(report.evidence.isEmpty)
        #expect(report.recovery == nil)
    }

    @Test("a report on a node that does not report measures nothing and says why")
    func contact() {
        let report = HealthReport(instanceId: "instance-2", contact: .refused)
        #expect(report.overallStatus == .unhealthy)
        #expect(report.failureType == .qemu)
        #expect(report.evidence.map(\.part) == [.node])
        #expect(report.deepHealth == DeepHealth())
    }
}
