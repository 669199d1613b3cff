import Testing

@testable import Signaling

@Suite("Encoder budget", .timeLimit(.minutes(1)))
struct EncoderBudgetTests {
    @Test(
        "The best viewer decides, within bounds, in steps worth taking",
        arguments: [
            // current, estimates, elapsed ms, expected
            (1_000_000, [300_000, 2_000_000], 1000, 1_250_000),
            (1_000_000, [300_000, 1_120_000], 1000, 1_000_000),
            (1_000_000, [300_000, 800_000], 0, 700_000),
            (1_000_000, [1_070_000], 1000, 1_000_000),
            (1_000_000, [2_000_000], 100, 1_000_000),
            (1_000_000, [2_000_000], 60_000, 1_250_000),
            (2_400_000, [9_000_000], 1000, 2_400_000),
            (2_000_000, [9_000_000], 1000, 2_500_000),
            (300_000, [50_000], 1000, 200_000),
            (9_000_000, [], 1000, 2_500_000),
            (1_000_000, [], 1000, 1_000_000),
        ])
    func table(current: Int, estimates: [Int], elapsed: Int, expected: Int) {
        let next = EncoderBudget.bitrate(
            current: current, estimates: estimates, range: 200_000...2_500_000,
            sinceChange: UInt64(elapsed) * 1_000_000)
        #expect(next == expected)
    }
}
