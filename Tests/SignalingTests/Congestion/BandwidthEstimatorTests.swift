import Testing

@testable import Signaling

@Suite("Bandwidth estimator", .timeLimit(.minutes(1)))
struct BandwidthEstimatorTests {
    private static let limits = BandwidthEstimator.Limits(minimum: 100_000, start: 1_000_000, maximum: 5_000_000)
    private static let second: UInt64 = 1_000_000_000

    /// A hundred packets a second of 1000 bytes from that packet on, after 20 ms on the way.
    private static func packets(_ range: Range<Int>, probe: Bool = false) -> [PacketResult] {
        range.map {
            let sent = UInt64($0) * 10_000_000
            return PacketResult(
                sequence: UInt16(truncatingIfNeeded: $0), sentAt: sent, receivedAt: sent + 20_000_000, size: 1000,
                isProbe: probe)
        }
    }

    private static func fed(_ seconds: Int, _ change: (Int, [PacketResult]) -> [[PacketResult]] = { [$1] })
        -> BandwidthEstimator
    {
        var estimator = BandwidthEstimator(limits: limits)
        for tenth in 0..<(seconds * 10) {
            for packets in change(tenth, packets(tenth * 10..<(tenth + 1) * 10)) {
                estimator.update(packets, at: UInt64(tenth + 1) * 100_000_000)
            }
        }
        return estimator
    }

    @Test("What arrives is counted once, however often and in what order feedback tells")
    func repeated() {
        let plain = Self.fed(20)
        let twice = Self.fed(20) { _, packets in [packets, packets] }
        let shuffled = Self.fed(20) { _, packets in [packets.reversed()] }
        #expect((760_000...840_000).contains(plain.receivedRate))
        #expect(twice.receivedRate == plain.receivedRate)
        #expect(twice.estimate == plain.estimate)
        #expect(shuffled.estimate == plain.estimate)
        #expect(shuffled.lossFraction == 0)
    }

    @Test("Feedback that was lost is not loss of packets")
    func lostFeedback() {
        let estimator = Self.fed(20) { tenth, packets in tenth % 3 == 0 ? [] : [packets] }
        #expect(estimator.lossFraction == 0)
        #expect(estimator.estimate >= 1_000_000)
        #expect(estimator.usage == .normal)
    }

    @Test("A packet called lost that came after all is no loss")
    func lateNotLost() {
        let estimator = Self.fed(5) { _, packets in
            var first = packets
            first[4].receivedAt = nil
            return [first, [packets[4]]]
        }
        #expect(estimator.lossFraction == 0)
    }

    @Test("The loss of the last second is told as a part")
    func loss() {
        let estimator = Self.fed(5) { _, packets in
            var packets = packets
            packets[4].receivedAt = nil
            return [packets]
        }
        #expect(abs(estimator.lossFraction - 0.1) < 0.02)
    }

    @Test("Seconds of silence and a remote clock set anew change nothing")
    func silence() {
        var estimator = Self.fed(10)
        let before = estimator.estimate
        var later = Self.packets(1000..<1010)
        for index in later.indices {
            later[index].sentAt += 40 * Self.second
            later[index].receivedAt = 5_000 + UInt64(index) * 10_000_000
        }
        estimator.update(later, at: 60 * Self.second)
        #expect(estimator.estimate >= before)
        #expect(estimator.estimate <= before * 11 / 10)
        #expect(estimator.usage == .normal)
        estimator.update([], at: 90 * Self.second)
        #expect(estimator.receivedRate == 0)
    }

    @Test("No report that a receiver can make brings the estimator down")
    func hostile() {
        var estimator = BandwidthEstimator(limits: Self.limits)
        var random = SeededGenerator(seed: 7)
        for round in 0..<20_000 {
            let packet = PacketResult(
                sequence: UInt16.random(in: .min ... .max, using: &random),
                sentAt: UInt64(round) * 1_000_000,
                receivedAt: round % 7 == 0 ? nil : UInt64.random(in: .min ... .max, using: &random),
                size: Int.random(in: 0...1500, using: &random), isProbe: round % 3 == 0)
            estimator.update([packet], at: UInt64(round) * 1_000_000)
            _ = estimator.probe(wanting: 4_000_000, at: UInt64(round) * 1_000_000)
        }
        #expect((Self.limits.minimum...Self.limits.maximum).contains(estimator.estimate))
    }

    @Test("A probe that passed raises the estimate at once, and asks for at most twice of it")
    func probe() throws {
        var estimator = Self.fed(5)
        let before = estimator.estimate
        let now = 5 * Self.second
        let asked = estimator.probe(wanting: 4_000_000, at: now)
        let plan = try #require(asked)
        #expect(plan.target <= 2 * before)
        #expect(estimator.activeProbe == plan)
        let again = estimator.probe(wanting: 4_000_000, at: now)
        #expect(again == nil)
        let count = plan.bytes / 1000
        let gap = UInt64(plan.duration) * 1_000_000 / UInt64(count)
        let sent = (0..<count).map { index in
            let at = now + UInt64(index) * gap
            return PacketResult(
                sequence: UInt16(500 + index), sentAt: at, receivedAt: at + 20_000_000, size: 1000, isProbe: true)
        }
        estimator.update(sent, at: now + 400_000_000)
        #expect(estimator.activeProbe == nil)
        #expect(Double(estimator.estimate) > Double(plan.target) * 0.93)
    }

    @Test("A probe that nobody sent is asked for again, not counted as a failure")
    func unsentProbe() throws {
        var estimator = Self.fed(5)
        let asked = [5, 7, 10].map { estimator.probe(wanting: 4_000_000, at: $0 * Self.second) }
        let first = try #require(asked[0])
        #expect(asked[1] == nil)
        let second = try #require(asked[2])
        #expect(second.target == first.target)
        #expect(second.number == first.number + 1)
    }

    @Test("Who wants no more than was proven is not probed")
    func content() {
        var estimator = Self.fed(5)
        let plan = estimator.probe(wanting: estimator.estimate, at: 5 * Self.second)
        #expect(plan == nil)
    }
}
