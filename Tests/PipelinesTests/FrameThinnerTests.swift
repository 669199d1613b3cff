import Testing

@testable import Pipelines

@Suite("Frame thinner", .timeLimit(.minutes(1)))
struct FrameThinnerTests {
    private static let start: UInt64 = 50_000_000_000
    private static let second: UInt64 = 1_000_000_000

    /// Times of frames that come at that rate, each early or late by up to `jitter` milliseconds.
    private func times(rate: UInt64, jitter: UInt64, seconds: UInt64) -> [UInt64] {
        // A generator of its own, so that the test is the same every time (Numerical Recipes' constants).
        var seed: UInt64 = 1
        return (0..<(rate * seconds)).map { index in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let offset = jitter == 0 ? 0 : Int64((seed >> 33) % (2 * jitter * 1_000_000)) - Int64(jitter * 1_000_000)
            return UInt64(Int64(Self.start + index * Self.second / rate) + offset)
        }
    }

    @Test("30 to 15 is every other frame, exactly")
    func half() {
        var thinner = FrameThinner(framesPerSecond: 15)
        let passed = times(rate: 30, jitter: 0, seconds: 60).map { thinner.passes(at: $0, demanded: false) }
        #expect(passed == passed.indices.map { $0 % 2 == 0 })
    }

    @Test(
        "Uneven ratios and jittered frames average what was asked for, within 2 %",
        arguments: [
            (25, 0, 15), (25, 8, 15), (30, 5, 15), (30, 12, 15), (60, 7, 15), (24, 10, 20), (60, 0, 25), (30, 3, 10),
        ] as [(UInt64, UInt64, Int)])
    func average(rate: UInt64, jitter: UInt64, wanted: Int) {
        var thinner = FrameThinner(framesPerSecond: wanted)
        let passed = times(rate: rate, jitter: jitter, seconds: 120).filter { thinner.passes(at: $0, demanded: false) }
        let average = Double(passed.count) / 120
        #expect(abs(average - Double(wanted)) <= 0.02 * Double(wanted), "\(average) of \(wanted)")
    }

    @Test("Fewer frames than wanted all pass, and a pause brings no burst")
    func slow() {
        var thinner = FrameThinner(framesPerSecond: 15)
        let slow = times(rate: 10, jitter: 0, seconds: 10)
        #expect(slow.allSatisfy { thinner.passes(at: $0, demanded: false) })
        let late = times(rate: 30, jitter: 0, seconds: 1).map { $0 + 60 * Self.second }
        let passed = late.filter { thinner.passes(at: $0, demanded: false) }
        #expect(passed.count == 15)
        #expect(zip(passed, passed.dropFirst()).allSatisfy { $1 - $0 > 60_000_000 })
    }

    @Test("A demanded frame passes whenever it comes, and many of them do not starve those that follow")
    func demanded() {
        var thinner = FrameThinner(framesPerSecond: 15)
        let frames = times(rate: 30, jitter: 0, seconds: 1)
        #expect(frames.allSatisfy { thinner.passes(at: $0, demanded: true) })
        let next = frames.last! + Self.second / 30
        let passed = (0..<6).filter { thinner.passes(at: next + $0 * Self.second / 30, demanded: false) }
        #expect(passed.count >= 2)
    }
}
