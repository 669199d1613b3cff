import Testing

@testable import bench

@Suite("A node's metrics", .timeLimit(.minutes(1))) struct NodeMetricsTests {
    private let text = """
        # HELP loco_gate_seconds_total CPU time
        # TYPE loco_gate_seconds_total counter
        loco_gate_seconds_total{instance="instance-0"} 1.5e-1
        loco_frames_total{instance="a\\"b",kind="grabbed"} 30 1700000000
        loco_frames_total{instance="a\\"b",kind="changed"} 12
        loco_stage_seconds_bucket{stage="grab",le="0.001"} 50
        loco_stage_seconds_bucket{stage="grab",le="0.002"} 90
        loco_stage_seconds_bucket{stage="grab",le="+Inf"} 100
        """

    @Test("samples are found by name and labels, and summed")
    func totals() {
        let metrics = NodeMetrics(text: text)
        #expect(metrics.total("loco_gate_seconds_total") == 0.15)
        #expect(metrics.total("loco_frames_total") == 42)
        #expect(metrics.total("loco_frames_total", ["instance": "a\"b", "kind": "changed"]) == 12)
        #expect(metrics.total("loco_viewers") == nil)
    }

    @Test("a quantile lies within its bucket, and is unknown beyond the last bound")
    func quantiles() throws {
        let metrics = NodeMetrics(text: text)
        let middle = try #require(metrics.quantile(0.7, of: "loco_stage_seconds", ["stage": "grab"]))
        #expect(abs(middle - 0.0015) < 1e-9)
        #expect(metrics.quantile(0.95, of: "loco_stage_seconds") == nil)
        #expect(metrics.quantile(0.5, of: "loco_stage_seconds", since: metrics) == nil)
    }
}
