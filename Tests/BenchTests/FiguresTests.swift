import Testing

@testable import bench

@Suite("Figures", .timeLimit(.minutes(1))) struct FiguresTests {
    @Test("the slope is that of the line, with its error")
    func slope() throws {
        let exact = try #require(LinearFit([(1, 8), (4, 9.5), (16, 15.5)]))
        #expect(abs(exact.slope - 0.5) < 1e-9 && (exact.error ?? 1) < 1e-6)
        let noisy = try #require(LinearFit([(1, 1), (2, 3), (3, 2)]))
        #expect(abs(noisy.slope - 0.5) < 1e-9 && (noisy.error ?? 0) > 0.5)
        #expect(LinearFit([(1, 1), (2, 2)])?.error == nil)
        #expect(LinearFit([(3, 1), (3, 2)]) == nil)
    }

    @Test("a bar is held against the value or the ratio, and an unmeasured figure has no verdict")
    func verdicts() {
        #expect(Measure("a", "a", "", 1.2, floor: 1, bar: .ratio(atMost: 1.1)).isWithinBar == false)
        #expect(Measure("a", "a", "", 1.2, floor: 1, ratio: 1.05, bar: .ratio(atMost: 1.1)).isWithinBar == true)
        #expect(Measure("a", "a", "", 14.9, floor: 15, bar: .ratio(atLeast: 0.95)).isWithinBar == true)
        #expect(Measure("a", "a", "", 9, bar: .value(atLeast: 10)).isWithinBar == false)
        #expect(Measure("a", "a", "", nil, bar: .value(atMost: 10)).isWithinBar == nil)
        #expect(Measure("a", "a", "", 9).isWithinBar == nil)
    }

    @Test("percentiles are by nearest rank")
    func percentiles() {
        let values = Distribution((1...200).map(Double.init))
        #expect(values.percentile95 == 190 && values.percentile(99) == 198 && values.median == 100.5)
        #expect(Distribution([3]).percentile(99) == 3 && Distribution([]).percentile95 == nil)
    }

    @Test("a frame's delay is the time since its capture, also where timestamps wrap")
    func delays() {
        let clock = NodeClock(offset: 4_294_967_000, rate: 90_000)
        let captured: UInt64 = 123_456_789_000_000
        let rtp = UInt32(truncatingIfNeeded: captured / 1000 * 9 / 100) &+ 4_294_967_000
        #expect(abs(clock.delay(of: rtp, at: captured + 12_500_000) - 12.5) < 0.02)
        let frame = FrameArrival(rtp: 77, first: 0, last: captured, isKeyframe: false, isDecodable: true)
        #expect(abs(NodeClock(zeroAt: frame).delay(of: 77 &+ 90, at: captured + 3_000_000) - 2) < 0.02)
    }
}
