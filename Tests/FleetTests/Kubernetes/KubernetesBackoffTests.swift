import Testing

@testable import Fleet

@Suite(.timeLimit(.minutes(1)))
struct KubernetesBackoffTests {
    @Test func `waits grow to their limit, spread by a quarter to either side`() {
        var low = KubernetesBackoff(first: .seconds(1), longest: .seconds(10))
        var high = low
        let lows = (0..<6).map { _ in low.next(jitter: 0) }
        #expect(lows == [0.75, 1.5, 3, 6, 7.5, 7.5].map { .seconds($0) })
        let highs = (0..<6).map { _ in high.next(jitter: 1) }
        #expect(highs == [1.25, 2.5, 5, 10, 12.5, 12.5].map { .seconds($0) })
        low.reset()
        let reset = low.next(jitter: 0)
        #expect(reset == .seconds(0.75))
        let random = (0..<1000).map { _ in high.next() }
        #expect(random.allSatisfy { $0 >= .seconds(7.5) && $0 <= .seconds(12.5) })
    }

    @Test func `a server's wish counts, within reason`() {
        var backoff = KubernetesBackoff(first: .seconds(1), longest: .seconds(10))
        let asked = backoff.next(asked: .seconds(5), jitter: 0.5)
        #expect(asked == .seconds(5))
        let bounded = backoff.next(asked: .seconds(100_000), jitter: 0.5)
        #expect(bounded == .seconds(40))
    }
}
