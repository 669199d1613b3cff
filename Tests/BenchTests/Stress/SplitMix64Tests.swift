import Testing

@testable import bench

@Suite("The generator", .timeLimit(.minutes(1))) struct SplitMix64Tests {
    @Test("gives the numbers that its authors publish for the seed 1234567")
    func reference() {
        var generator = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in generator.next() } == expected)
    }

    @Test("draws every number of a range about as often as another, and none beside it")
    func draw() {
        var generator = SplitMix64(seed: 1)
        var counts: [Int: Int] = [:]
        for _ in 0..<7000 { counts[generator.draw(-3...3), default: 0] += 1 }
        #expect(Set(counts.keys) == Set(-3...3))
        // 1000 each; five standard deviations are 147.
        #expect(counts.values.allSatisfy { (853...1147).contains($0) })
    }

    @Test("shuffles without losing any, and differently for each purpose")
    func shuffle() {
        var one = SplitMix64(seed: 1, purpose: "a")
        var other = SplitMix64(seed: 1, purpose: "b")
        let (first, second) = (one.shuffled(Array(0..<50)), other.shuffled(Array(0..<50)))
        #expect(first.sorted() == Array(0..<50) && first != second && first != Array(0..<50))
    }
}
