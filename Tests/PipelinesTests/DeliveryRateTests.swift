import Testing

@testable import Pipelines

@Suite("Delivery rate", .timeLimit(.minutes(1)))
struct DeliveryRateTests {
    @Test("The last whole second counts, nothing is claimed before it is over, and silence reads zero")
    func rate() throws {
        var rate = DeliveryRate()
        let start: UInt64 = 5_000_000_000
        for frame in 0..<30 { rate.record(bytes: 1000, at: start + UInt64(frame) * 33_000_000) }
        let early = rate.reading(at: start + 990_000_000)
        #expect(early == nil)
        let second = rate.reading(at: start + 1_000_000_000)
        let whole = try #require(second)
        #expect(abs(whole.frames - 30) < 0.1)
        #expect(abs(whole.bytes - 30_000) < 100)
        let next = rate.reading(at: start + 2_000_000_000)
        let silent = try #require(next)
        #expect(silent.frames == 0)
    }
}
