import Fleet
import Foundation
import Probe
import Testing

@testable import Gateway
@testable import Signaling

@Suite("A node's metrics", .timeLimit(.minutes(1)))
struct NodeMetricsTests {
    /// Every family there is, with its type: dashboards are built on these.
    private let families = [
        "loco_stage_seconds": "histogram", "loco_capture_delay_seconds": "histogram", "loco_frames_total": "counter",
        "loco_gate_seconds_total": "counter", "loco_encoder_viewers": "gauge", "loco_encoder_target_bits": "gauge",
        "loco_encoded_frames_total": "counter", "loco_encoded_bytes_total": "counter",
        "loco_keyframes_total": "counter", "loco_dropped_frames_total": "counter", "loco_viewers": "gauge",
        "loco_sessions_opened_total": "counter", "loco_sessions_total": "counter",
        "loco_negotiation_failures_total": "counter", "loco_click_to_pixel_seconds": "histogram",
        "loco_click_to_pixel_quantile_seconds": "gauge", "loco_first_frame_seconds": "histogram",
        "loco_viewer_estimate_bits": "gauge", "loco_viewer_loss_ratio": "gauge",
        "loco_viewer_delivered_frames_total": "counter", "loco_viewer_dropped_frames_total": "counter",
        "loco_viewer_unsent_packets_total": "counter",
        "loco_viewer_rendition": "gauge", "loco_viewer_click_to_pixel_seconds": "gauge",
        "loco_join_seconds": "histogram", "loco_viewer_round_trip_seconds": "gauge",
        "loco_viewer_decoded_fps": "gauge", "loco_health": "gauge", "loco_failure": "gauge",
        "loco_changed_fps": "gauge", "loco_audio_level": "gauge", "loco_qemu_cpu_percent": "gauge",
        "loco_qemu_memory_percent": "gauge", "loco_network_errors_total": "counter", "loco_service_up": "gauge",
        "loco_service_restarts_total": "counter", "loco_crashes_total": "counter", "loco_recoveries_total": "counter",
        "loco_recovery_seconds": "histogram", "loco_recordings_active": "gauge",
        "loco_recording_bytes_total": "counter", "loco_recording_dropped_frames_total": "counter",
        "loco_process_resident_bytes": "gauge", "loco_process_cpu_seconds_total": "counter",
        "loco_session_seconds": "histogram", "loco_ice_failures_total": "counter",
        "loco_sctp_errors_total": "counter",
        "loco_process_threads": "gauge", "loco_process_open_fds": "gauge", "loco_live_objects": "gauge",
    ]

    private func metrics() -> NodeMetrics {
        let times = StageTimes()
        times.grab.record(3_000_000)
        return NodeMetrics(
            instance: "instance-0", stages: times.all.map { ($0.name, $0.histogram.reading) },
            captureDelay: times.wire.reading, frames: FrameMeter().reading(at: 1), gateTime: 1_500_000_000,
            encoders: [], viewers: [], sessions: .init(), clickToPixel: times.wire.reading,
            clickQuantiles: nil, firstFrame: times.wire.reading, join: times.wire.reading,
            session: DurationHistogram(bounds: DurationHistogram.sessionBounds).reading, failures: .init(),
            health: .init(report: report, services: [], tally: HealthTally()), process: .now(), liveObjects: 7)
    }

    private var report: HealthReport {
        HealthReport(instanceId: "instance-0", facts: HealthFacts(), deepHealth: DeepHealth())
    }

    private func viewer(_ id: String, rendition: String, dropped: UInt64, more: String = "") throws -> ViewerSummary {
        let text = """
            {"id":"\(id)","codec":"h264","connected":true,"seconds":1,"rendition":"\(rendition)","wanted":"full",
            "troubles":[],"delivered":90,"dropped":\(dropped),"unsent":2\(more)}
            """
        return try JSONDecoder().decode(ViewerSummary.self, from: Data(text.utf8))
    }

    @Test("every family has its help and its type before anybody watches, and once")
    func everyFamily() {
        let lines = metrics().text.split(separator: "\n").map(String.init)
        let types = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ").map(String.init) }
        #expect(Dictionary(types.map { ($0[2], $0[3]) }) { first, _ in "twice: \(first)" } == families)
        let helped = lines.filter { $0.hasPrefix("# HELP ") }.map { String($0.split(separator: " ")[2]) }
        #expect(helped.sorted() == families.keys.sorted())
    }

    @Test("every line is a sample of the family above it, labelled with the instance")
    func format() throws {
        var full = metrics()
        full.encoders = [
            .init(
                rendition: "tile", codec: "h264", viewers: 2, targetBits: 400_000, frames: 30, bytes: 4000,
                keyframes: 1,
                dropped: 3
            )
        ]
        full.viewers = [try viewer("0011aabb", rendition: "tile", dropped: 0)]
        full.clickQuantiles = (0.05, 0.08, 0.1)
        let sample = /^([a-z_]+)\{instance="instance-0"(,[a-z]+="[^"]*")*\} (-?[0-9.e+-]+)$/
        var family = ""
        for line in full.text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") || line.hasPrefix("# TYPE ") {
                family = String(line.split(separator: " ")[2])
                continue
            }
            let match = try #require(try sample.wholeMatch(in: line), "\(line)")
            #expect(match.1.hasPrefix(family), "\(line)")
        }
    }

    @Test("what is not measured has no series; what is has its labels and unit")
    func series() throws {
        #expect(!metrics().text.contains("quantile=") && !metrics().text.contains("viewer="))
        var full = metrics()
        full.encoders = [
            .init(
                rendition: "tile", codec: "h264", viewers: 2, targetBits: 400_000, frames: 30, bytes: 4000,
                keyframes: 1,
                dropped: 3
            ),
            .init(
                rendition: "audio", codec: "opus", viewers: 2, targetBits: nil, frames: 9, bytes: 9, keyframes: 9,
                dropped: 0),
        ]
        full.viewers = [
            try viewer(
                "0011aabb", rendition: "tile", dropped: 3,
                more: #","estimate":512000,"loss":0.25,"clickToPixel":{"p50":40,"p95":61.5,"p99":90,"count":8}"#),
            try viewer("ccdd", rendition: "full", dropped: 0),
        ]
        full.sessions.ended[.silent] = 4
        full.sessions.refused[.badSDP] = 2
        full.failures.ice[.lost] = 3
        full.failures.sctp[.association] = 5
        let lasted = DurationHistogram(bounds: DurationHistogram.sessionBounds)
        for seconds: UInt64 in [2, 40] { lasted.record(seconds * 1_000_000_000) }
        full.session = lasted.reading
        full.clickQuantiles = (0.05, 0.08, 0.1)
        let lines = Set(full.text.split(separator: "\n").map(String.init))
        let own = #"{instance="instance-0""#
        for line in [
            "loco_stage_seconds_count\(own),stage=\"grab\"} 1", "loco_stage_seconds_sum\(own),stage=\"grab\"} 0.003",
            "loco_stage_seconds_bucket\(own),stage=\"grab\",le=\"+Inf\"} 1", "loco_gate_seconds_total\(own)} 1.5",
            "loco_frames_total\(own),kind=\"changed\"} 0", "loco_viewers\(own)} 2",
            "loco_encoder_viewers\(own),rendition=\"tile\",codec=\"h264\"} 2",
            "loco_encoder_target_bits\(own),rendition=\"tile\",codec=\"h264\"} 400000",
            "loco_encoded_bytes_total\(own),rendition=\"audio\",codec=\"opus\"} 9",
            "loco_dropped_frames_total\(own),rendition=\"tile\",codec=\"h264\"} 3",
            "loco_sessions_total\(own),end=\"silent\"} 4", "loco_sessions_total\(own),end=\"requested\"} 0",
            "loco_negotiation_failures_total\(own),reason=\"bad-sdp\"} 2",
            "loco_negotiation_failures_total\(own),reason=\"no-common-codec\"} 0",
            "loco_ice_failures_total\(own),kind=\"lost\"} 3", "loco_ice_failures_total\(own),kind=\"timeout\"} 0",
            "loco_sctp_errors_total\(own),kind=\"association\"} 5",
            "loco_sctp_errors_total\(own),kind=\"channel\"} 0",
            "loco_session_seconds_sum\(own)} 42", "loco_session_seconds_count\(own)} 2",
            "loco_click_to_pixel_quantile_seconds\(own),quantile=\"0.95\"} 0.08",
            "loco_viewer_estimate_bits\(own),viewer=\"0011aabb\"} 512000",
            "loco_viewer_loss_ratio\(own),viewer=\"0011aabb\"} 0.25",
            "loco_viewer_dropped_frames_total\(own),viewer=\"0011aabb\"} 3",
            "loco_viewer_unsent_packets_total\(own),viewer=\"ccdd\"} 2",
            "loco_viewer_rendition\(own),viewer=\"ccdd\",rendition=\"full\"} 1",
            "loco_viewer_click_to_pixel_seconds\(own),viewer=\"0011aabb\",quantile=\"0.95\"} 0.0615",
            "loco_live_objects\(own)} 7",
        ] { #expect(lines.contains(line), "\(line)") }
        let text = full.text
        #expect(!text.contains(#"loco_encoder_target_bits{instance="instance-0",rendition="audio""#))
        #expect(!text.contains(#"loco_viewer_estimate_bits{instance="instance-0",viewer="ccdd""#))
    }

    @Test("what is known of the health, its services, crashes and recoveries has its labels")
    func health() throws {
        var full = metrics()
        full.health.report.deepHealth.performance.qemuCPU = 12.5
        full.health.report.deepHealth.network.rxErrors = 3
        var service = ServiceStatus(name: "qemu")
        (service.state, service.restarts) = (.running, 2)
        full.health.services = [service]
        var record = RecoveryRecord(
            instance: InstanceID(ordinal: 0), failure: .qemu, reasons: ["it hangs"], strategy: .qemu, attempt: 1)
        full.health.tally.recovery(record)
        record.outcome = .recovered
        record.endedAt = record.startedAt.addingTimeInterval(4)
        full.health.tally.recovery(record)
        full.viewers = [
            try viewer("0011aabb", rendition: "full", dropped: 0, more: #","roundTrip":250,"decodedFps":29"#)
        ]
        let lines = Set(full.text.split(separator: "\n").map(String.init))
        let own = #"{instance="instance-0""#
        for line in [
            "loco_health\(own),status=\"healthy\"} 1", "loco_health\(own),status=\"unhealthy\"} 0",
            "loco_failure\(own),class=\"none\"} 1", "loco_failure\(own),class=\"mixed\"} 0",
            "loco_qemu_cpu_percent\(own)} 12.5", "loco_network_errors_total\(own),direction=\"rx\"} 3",
            "loco_service_up\(own),service=\"qemu\"} 1", "loco_service_restarts_total\(own),service=\"qemu\"} 2",
            "loco_recoveries_total\(own),strategy=\"qemu\",outcome=\"recovered\"} 1",
            "loco_recovery_seconds_sum\(own)} 4", "loco_recovery_seconds_count\(own)} 1",
            "loco_viewer_round_trip_seconds\(own),viewer=\"0011aabb\"} 0.25",
            "loco_viewer_decoded_fps\(own),viewer=\"0011aabb\"} 29",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(!full.text.contains("direction=\"tx\""), "what is not measured has no sample")
        #expect(!full.text.contains("loco_audio_level{"), "what is not measured has no sample")
    }
}
