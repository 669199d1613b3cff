import Testing

@testable import Probe

@Suite("Duration histogram", .timeLimit(.minutes(1)))
struct DurationHistogramTests {
    @Test("A duration counts in its bucket and all above, its bound included")
    func buckets() {
        let histogram = DurationHistogram(bounds: [10, 20, 40])
        for duration in [1, 10, 11, 20, 40, 41, 1000] as [UInt64] { histogram.record(duration) }
        let reading = histogram.reading
        #expect(reading.buckets.map(\.bound) == [10, 20, 40])
        #expect(reading.buckets.map(\.count) == [2, 4, 5])
        #expect(reading.count == 7)
        #expect(reading.sum == 1123)
    }

    @Test("A span counts from its beginning to its end, and not at all the wrong way round")
    func spans() {
        let histogram = DurationHistogram(bounds: [10])
        histogram.record(from: 100, to: 105)
        histogram.record(from: 105, to: 100)
        #expect(histogram.reading.count == 1)
        #expect(histogram.reading.sum == 5)
    }

    @Test("A quantile lies within its bucket; none without durations, infinite beyond the last bound")
    func quantiles() throws {
        let histogram = DurationHistogram(bounds: [100, 200, 400])
        #expect(histogram.reading.quantile(0.5) == nil)
        for _ in 0..<50 { histogram.record(50) }
        for _ in 0..<50 { histogram.record(150) }
        let reading = histogram.reading
        #expect(reading.quantile(0.5) == 100)
        #expect(reading.quantile(0.75) == 150)
        #expect(reading.quantile(1) == 200)
        #expect(try #require(reading.quantile(0.25)) == 50)
        for _ in 0..<100 { histogram.record(1000) }
        #expect(histogram.reading.quantile(0.99) == .infinity)
        #expect(histogram.reading.quantile(0.25) == 100)
    }

    @Test("Bounds ascend and cover what they are for")
    func bounds() {
        for bounds in [DurationHistogram.stageBounds, DurationHistogram.waitBounds] {
            #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
        }
        #expect(DurationHistogram.stageBounds.first == 50_000)
        #expect(DurationHistogram.stageBounds.last == 500_000_000)
        #expect(DurationHistogram.waitBounds.last == 10_000_000_000)
    }

    @Test("Nothing is lost when many threads record while one reads")
    func concurrent() async {
        let histogram = DurationHistogram(bounds: [10, 20])
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<4 as Range<UInt64> {
                group.addTask { for index in 0..<25_000 as Range<UInt64> { histogram.record((index + thread) % 30) } }
            }
            group.addTask {
                var last: UInt64 = 0
                for _ in 0..<1000 {
                    let reading = histogram.reading
                    #expect(reading.count >= last)
                    #expect(reading.buckets.allSatisfy { $0.count <= reading.count })
                    last = reading.count
                }
            }
        }
        let expected = (0..<4 as Range<UInt64>).flatMap { thread in
            (0..<25_000 as Range<UInt64>).map { ($0 + thread) % 30 }
        }
        #expect(histogram.reading.count == 100_000)
        #expect(histogram.reading.sum == expected.reduce(0, +))
        #expect(histogram.reading.buckets[0].count == UInt64(expected.filter { $0 <= 10 }.count))
    }
}
