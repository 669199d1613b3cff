import Synchronization
import Testing

@testable import Pipelines

@Suite("Keyframe demand", .timeLimit(.minutes(1)))
struct KeyframeDemandTests {
    @Test("A burst of requests costs one keyframe, and the next one comes half a second later at the earliest")
    func coalesces() {
        let due = Mutex<[UInt64]>([])
        let demand = KeyframeDemand { time in due.withLock { $0.append(time) } }
        let start: UInt64 = 100_000_000_000
        #expect(!demand.take(at: start))
        for _ in 0..<50 { demand.request() }
        #expect(demand.take(at: start))
        #expect(!demand.take(at: start + 1))
        demand.request()
        #expect(!demand.take(at: start + KeyframeDemand.interval - 1))
        #expect(demand.take(at: start + KeyframeDemand.interval))
        // The second request was told when its frame is due, so that the gate lets one pass then.
        #expect(due.withLock { $0.last } == start + KeyframeDemand.interval)
    }

    @Test("A viewer who is alone does not wait for the half second after somebody else's keyframe")
    func alone() {
        let demand = KeyframeDemand { _ in }
        let start: UInt64 = 100_000_000_000
        demand.request()
        #expect(demand.take(at: start))
        demand.request(atOnce: true)
        #expect(demand.take(at: start + 10_000_000))
    }
}
