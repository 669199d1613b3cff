import Testing

@testable import Probe

@Suite("AudioLevelMeter")
struct AudioLevelMeterTests {
    private static let second: UInt64 = 1_000_000_000

    @Test("decibels become a linear level of the loudest channel")
    func linear() throws {
        let meter = AudioLevelMeter()
        meter.record(rms: [-20, -6.0206], peak: [-3, 0], at: Self.second)
        let reading = try #require(meter.reading(at: Self.second))
        #expect(abs(reading.level - 0.5) < 0.001)
        #expect(reading.peak == 1)
        #expect(reading.silentFor == 0)
        #expect(abs(reading.rmsDecibels + 6.0206) < 0.001)
        #expect(reading.peakDecibels == 0)
        #expect(!reading.isSilent)
    }

    @Test("silence is 0 and its length is told")
    func silence() throws {
        let meter = AudioLevelMeter()
        meter.record(rms: [-10], peak: [-10], at: Self.second)
        for step in 2...6 {
            meter.record(rms: [-.infinity], peak: [-700], at: UInt64(step) * Self.second)
        }
        let reading = try #require(meter.reading(at: 6 * Self.second))
        #expect(reading.level == 0)
        #expect(reading.silentFor == 5)
        #expect(reading.isSilent)
        // JSON knows no infinity.
        #expect(reading.rmsDecibels == AudioLevelMeter.floor)
        #expect(reading.peakDecibels == AudioLevelMeter.floor)
    }

    @Test("without messages there is no level, not a level of 0")
    func notMeasured() {
        let meter = AudioLevelMeter()
        #expect(meter.reading(at: 0) == nil)
        meter.record(rms: [-10], peak: [-10], at: Self.second)
        #expect(meter.reading(at: 4 * Self.second) == nil)
    }
}
