import Testing

@testable import Signaling

@Suite("When a decision is due", .timeLimit(.minutes(1)))
struct PathMeterTests {
    private static let millisecond: UInt64 = 1_000_000

    /// Feedback ten times a second, one packet each, from second 1 on; what is asked is decided at once.
    private struct Run {
        let meter = PathMeter(
            BandwidthEstimator(limits: .init(minimum: 100_000, start: 2_000_000, maximum: 2_500_000)))
        var feedbacks = 0
        var enough: Int? = 2_000_000
        var decidesAtOnce = true

        /// - Returns: the times at which a decision was asked for, in milliseconds since the first feedback.
        mutating func take(_ count: Int, losing: Bool = false, delay: (Int) -> UInt64 = { _ in 0 }) -> [Int] {
            var asked: [Int] = []
            for _ in 0..<count {
                let sentAt = UInt64(1000 + feedbacks * 100) * millisecond
                let now = sentAt + 50 * millisecond
                let result = PacketResult(
                    sequence: UInt16(feedbacks), sentAt: sentAt,
                    receivedAt: losing ? nil : sentAt + delay(feedbacks), size: 1200)
                if meter.take([result], at: now) {
                    asked.append(feedbacks * 100)
                    if decidesAtOnce { meter.decided(enough: enough, at: now) }
                }
                feedbacks += 1
            }
            return asked
        }
    }

    @Test("once a second while all that is wanted arrives, five times a second while it does not")
    func pace() {
        var run = Run()
        #expect(run.take(40) == [0, 1000, 2000, 3000])
        run.enough = nil
        #expect(run.take(12) == [4000, 4200, 4400, 4600, 4800, 5000])
        // More is wanted than the path is known to carry.
        run.enough = 2_200_000
        #expect(run.take(10) == [5200, 5400, 5600, 5800, 6000])
    }

    @Test("a lost packet ends the calm at once")
    func loss() {
        var run = Run()
        _ = run.take(15)
        #expect(run.take(1, losing: true) == [1500])
    }

    @Test("a queue that grows is decided on with every feedback that shows it")
    func overuse() throws {
        var run = Run()
        _ = run.take(40)
        let asked = run.take(60) { UInt64($0 - 40) * 30 * Self.millisecond }
        let first = try #require(zip(asked, asked.dropFirst()).first { $1 - $0 == 100 }, "\(asked)")
        #expect(first.0 < 8000, "\(asked)")
    }

    @Test("asked once, until it is decided")
    func once() {
        var run = Run()
        run.decidesAtOnce = false
        #expect(run.take(40) == [0])
        run.meter.decided(enough: nil, at: 0)
        #expect(run.take(3) == [4000])
        #expect(run.meter.heardAt == 5250 * Self.millisecond)
    }
}
