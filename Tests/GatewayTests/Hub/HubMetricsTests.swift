import Fleet
import Foundation
import Probe
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct HubMetricsTests {
    @Test func `an instance's series come and go with it, and every family is there without any`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            try await eventually("it reports") {
                try await hub.get("/metrics").text.contains("loco_up{instance=\"instance-0\"} 1\n")
            }
            let answer = try await hub.get("/metrics")
            #expect(answer.headers.first(name: "Content-Type") == PrometheusText.contentType)
            for series in [
                #"loco_instance_health{instance="instance-0",status="healthy"} 1"#,
                #"loco_instance_viewers{instance="instance-0"} 0"#,
                #"loco_instance_failure{instance="instance-0",class="none"} 1"#, #"loco_instances{status="ready"} 1"#,
                #"loco_node_failure{instance="instance-0",reason="refused"} 0"#,
                #"loco_http_requests_total{method="GET",status="200"}"#, "loco_signal_clients 0",
                "loco_signal_offers_total 0", #"loco_signal_errors_total{code="bad-sdp"} 0"#,
                "loco_signal_session_seconds_count 0",
                #"loco_report_age_seconds{instance="instance-0"}"#, "loco_event_readers 0",
                #"loco_events_total{kind="health"}"#, "loco_hub_resident_bytes",
            ] {
                #expect(answer.text.contains(series), "\(series)")
            }
            let families = answer.text.split(separator: "\n").filter { $0.hasPrefix("# ") }
            hub.provider.set([])
            try await eventually("its series are gone") { !(try await hub.get("/metrics").text.contains("instance-0")) }
            let empty = try await hub.get("/metrics").text.split(separator: "\n").filter { $0.hasPrefix("# ") }
            #expect(empty == families)
        }
    }

    @Test func `what is said on a signaling socket is counted by what it was`() async throws {
        try await withHub(nodes: [FakeNode()]) { hub in
            let socket = try await hub.signal()
            for data in [#"{"type":"offer","sdp":"v=0"}"#, #"{"type":"bad"}"#] {
                _ = try await socket.ask(#"{"type":"signal","target":"instance-0","data":\#(data)}"#)
            }
            _ = try await socket.ask("junk")
            try await socket.write(RawSocket.frame(8, Data([3, 232])))
            for series in [
                "loco_signal_offers_total 1", "loco_signal_answers_total 1",
                #"loco_signal_errors_total{code="bad-sdp"} 1"#, #"loco_signal_errors_total{code="bad-message"} 1"#,
                #"loco_signal_errors_total{code="rate-limited"} 0"#, "loco_signal_session_seconds_count 1",
            ] {
                try await eventually("\(series)") { try await hub.get("/metrics").text.contains(series + "\n") }
            }
        }
    }

    @Test func `a method that is none makes no series of its own`() {
        let statistics = HTTPStatistics()
        for method in ["GET", "GET", "BREW", "MELT"] { statistics.record(method: method, status: 200) }
        let expected = [HTTPStatistics.Key(method: "GET", status: 200): 2, .init(method: "other", status: 200): 2]
        #expect(statistics.counts == expected)
    }
}
