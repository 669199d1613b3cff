import Testing

@testable import Pipelines

/// The times that sound gets.
struct SampleClockTests {
    private let millisecond: UInt64 = 1_000_000

    @Test("Fragments follow one another without a gap, however unevenly they are delivered")
    func even() {
        var clock = SampleClock(rate: 48_000)
        let first = clock.stamp(frames: 480, deliveredAt: 1_000 * millisecond)
        #expect(first.time == 990 * millisecond)
        #expect(first.duration == 10 * millisecond)
        #expect(clock.stamp(frames: 480, deliveredAt: 1_017 * millisecond).time == 1_000 * millisecond)
        #expect(clock.stamp(frames: 960, deliveredAt: 1_022 * millisecond).time == 1_010 * millisecond)
        #expect(clock.stamp(frames: 480, deliveredAt: 1_041 * millisecond).time == 1_030 * millisecond)
    }

    @Test("A real gap is kept, and sound that lags is brought back")
    func gap() {
        var clock = SampleClock(rate: 48_000)
        _ = clock.stamp(frames: 480, deliveredAt: 1_000 * millisecond)
        #expect(clock.stamp(frames: 480, deliveredAt: 1_500 * millisecond).time == 1_490 * millisecond)
    }
}
