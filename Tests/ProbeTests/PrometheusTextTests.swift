import Testing

@testable import Probe

@Suite("Prometheus text", .timeLimit(.minutes(1)))
struct PrometheusTextTests {
    @Test("Families and samples have the format's form")
    func form() {
        var page = PrometheusText()
        page.family("loco_viewers", .gauge, "Viewers now.")
        page.sample("loco_viewers", [], 3)
        page.sample("loco_viewers", [("guest", "instance-0"), ("codec", "h264")], 2.5)
        page.family("loco_frames_total", .counter, "Frames.")
        page.sample("loco_frames_total", [], 123_456_789_012)
        #expect(
            page.text == """
                # HELP loco_viewers Viewers now.
                # TYPE loco_viewers gauge
                loco_viewers 3
                loco_viewers{guest="instance-0",codec="h264"} 2.5
                # HELP loco_frames_total Frames.
                # TYPE loco_frames_total counter
                loco_frames_total 123456789012

                """)
        #expect(PrometheusText.contentType.hasPrefix("text/plain; version=0.0.4"))
    }

    @Test(
        "Label values and help are escaped, also next to what joins with them into one character",
        arguments: [
            ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("say \"so\"", "say \\\"so\\\""), ("a\r\nb", "a\r\\nb"),
            ("\"\u{301}", "\\\"\u{301}"), ("größe", "größe"),
        ])
    func escaping(_ value: String, _ written: String) {
        var page = PrometheusText()
        page.sample("x", [("l", value)], 1)
        #expect(page.text == "x{l=\"\(written)\"} 1\n")
        #expect(page.text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1)
        page = PrometheusText()
        page.family("x", .gauge, value)
        #expect(page.text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 2)
    }

    @Test("Help keeps its quotes")
    func help() {
        var page = PrometheusText()
        page.family("x", .gauge, "the \"x\"")
        #expect(page.text.hasPrefix("# HELP x the \"x\"\n"))
    }

    @Test("Numbers that are none have the format's names")
    func numbers() {
        var page = PrometheusText()
        for value in [Double.nan, .infinity, -.infinity, -0.25, 1e20] { page.sample("x", [], value) }
        #expect(page.text == "x NaN\nx +Inf\nx -Inf\nx -0.25\nx 1e+20\n")
    }

    @Test("A histogram is written in seconds, its buckets cumulative up to +Inf")
    func histogram() {
        let histogram = DurationHistogram(bounds: [50_000, 1_000_000, 1_000_000_000])
        for duration in [20_000, 500_000, 500_000_000, 2_000_000_000] as [UInt64] { histogram.record(duration) }
        var page = PrometheusText()
        page.family("loco_stage_seconds", .histogram, "Stages.")
        page.sample("loco_stage_seconds", [("stage", "grab")], histogram.reading)
        #expect(
            page.text == """
                # HELP loco_stage_seconds Stages.
                # TYPE loco_stage_seconds histogram
                loco_stage_seconds_bucket{stage="grab",le="5e-05"} 1
                loco_stage_seconds_bucket{stage="grab",le="0.001"} 2
                loco_stage_seconds_bucket{stage="grab",le="1"} 3
                loco_stage_seconds_bucket{stage="grab",le="+Inf"} 4
                loco_stage_seconds_sum{stage="grab"} 2.50052
                loco_stage_seconds_count{stage="grab"} 4

                """)
    }
}
