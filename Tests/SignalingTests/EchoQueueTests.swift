import Testing

@testable import Signaling

@Suite("Echoes of inputs", .timeLimit(.minutes(1)))
struct EchoQueueTests {
    @Test("The first changed frame that was grabbed after the guest took the input answers it, once")
    func answers() {
        var queue = EchoQueue()
        queue.arrived(1, at: 100)
        #expect(queue.changed(at: 150).isEmpty)
        queue.taken(1, at: 200)
        // Grabbed before the guest had it: that change is another's.
        #expect(queue.changed(at: 190).isEmpty)
        #expect(queue.changed(at: 250) == [EchoQueue.Echo(id: 1, taken: 100, changed: 150, frame: 250)])
        #expect(queue.changed(at: 300).isEmpty)
    }

    @Test("One frame answers all inputs that the guest had taken by then")
    func several() {
        var queue = EchoQueue()
        for id in 1...3 { queue.arrived(id, at: UInt64(id) * 10) }
        queue.taken(1, at: 40)
        queue.taken(3, at: 45)
        #expect(queue.changed(at: 50).map(\.id) == [1, 3])
        #expect(queue.count == 1)
    }

    @Test("What is refused, waits too long or is too much is forgotten")
    func bounds() {
        var queue = EchoQueue()
        queue.arrived(1, at: 0)
        queue.refused(1)
        #expect(queue.count == 0)
        for id in 1...(EchoQueue.limit + 5) { queue.arrived(id, at: UInt64(id)) }
        #expect(queue.count == EchoQueue.limit)
        queue.expire(at: EchoQueue.patience + 10)
        #expect(queue.count == EchoQueue.limit - 4)
        queue.expire(at: 2 * EchoQueue.patience)
        #expect(queue.count == 0)
    }

    @Test("Quantiles are of the newest samples")
    func quantiles() throws {
        var window = SampleWindow(capacity: 100)
        #expect(window.quantiles == nil)
        window.add((1...100).map { Double($0) + 1000 })
        window.add((1...100).map(Double.init))
        let quantiles = try #require(window.quantiles)
        #expect((quantiles.p50, quantiles.p95, quantiles.p99) == (50, 95, 99))
        #expect(window.count == 100)
    }
}
