import Testing

@testable import Probe

@Suite("BlackMeter", .timeLimit(.minutes(1)))
struct BlackMeterTests {
    private static let second: UInt64 = 1_000_000_000

    @Test("a black picture is told with its length, until something can be seen")
    func black() throws {
        let meter = BlackMeter()
        #expect(meter.reading(at: 0) == nil)
        meter.record(meanLuma: 90, maxLuma: 255, at: Self.second)
        #expect(try #require(meter.reading(at: 2 * Self.second)).isBlack == false)
        meter.record(meanLuma: 0, maxLuma: 3, at: 3 * Self.second)
        meter.record(meanLuma: 1, maxLuma: BlackMeter.limit, at: 5 * Self.second)
        let reading = try #require(meter.reading(at: 9 * Self.second))
        #expect(reading.isBlack)
        #expect(reading.blackFor == 6)
        #expect(reading.maxLuma == Int(BlackMeter.limit))
        #expect(reading.meanLuma == 1)
        meter.record(meanLuma: 0, maxLuma: 170, at: 10 * Self.second)
        #expect(try #require(meter.reading(at: 11 * Self.second)).blackFor == 0)
    }

    @Test("a cursor on an empty text screen is something to see")
    func cursor() throws {
        let meter = BlackMeter()
        meter.record(meanLuma: 0, maxLuma: 168, at: Self.second)
        #expect(try #require(meter.reading(at: Self.second)).isBlack == false)
    }

    @Test("after a reset nothing is known")
    func reset() {
        let meter = BlackMeter()
        meter.record(meanLuma: 0, maxLuma: 0, at: 0)
        #expect(meter.reading(at: 1)?.isBlack == true)
        meter.reset()
        #expect(meter.reading(at: 2) == nil)
    }
}
