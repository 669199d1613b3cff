import Testing

@testable import Probe

@Suite("Atomic words", .timeLimit(.minutes(1)))
struct AtomicWordsTests {
    @Test("words begin at zero, and each keeps what was written last, however it was written")
    func each() {
        let words = AtomicWords(count: 3)
        #expect((0..<words.count).allSatisfy { words[$0] == 0 })
        words[0] = .max
        words.publish(7, at: 1)
        words.increment(1)
        words.increment(2)
        #expect((0..<words.count).map { words[$0] } == [.max, 8, 1])
        #expect(words.acquire(0) == .max)
        words.increment(0)
        #expect(words[0] == 0)
    }

    @Test("no increment of many threads is lost, and no neighbour is touched")
    func many() async {
        // A class, for tasks share no value that cannot be copied.
        final class Shared: Sendable { let words = AtomicWords(count: 3) }
        let shared = Shared()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { for _ in 0..<10_000 { shared.words.increment(1) } } }
        }
        #expect((0..<3).map { shared.words[$0] } == [0, 40_000, 0])
    }

    @Test("what was written before a word was published is seen by who acquires it")
    func order() async {
        final class Shared: Sendable { let words = AtomicWords(count: 2) }
        let shared = Shared()
        let writer = Task {
            for value in UInt64(1)...20_000 {
                shared.words[0] = value
                shared.words.publish(value, at: 1)
            }
        }
        let reader = Task {
            var late = 0
            while true {
                let published = shared.words.acquire(1)
                if shared.words[0] < published { late += 1 }
                if published == 20_000 { return late }
                await Task.yield()
            }
        }
        await writer.value
        #expect(await reader.value == 0)
    }
}
