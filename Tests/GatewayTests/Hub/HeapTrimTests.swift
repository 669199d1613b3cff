import Synchronization
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct HeapTrimTests {
    @Test func `memory is given back once after many sockets closed, and not for a few`() async throws {
        let (statistics, trims) = (WebSocketStatistics(), TrimCounter())
        let service = HeapTrim(
            statistics: statistics, threshold: 10, interval: .milliseconds(20), trim: { trims.add() })
        let running = Task { try await service.run() }
        func close(_ count: Int) {
            for _ in 0..<count {
                statistics.recordOpened()
                statistics.recordClosed(.connectionLost)
            }
        }
        close(9)
        try await Task.sleep(for: .milliseconds(200))
        #expect(trims.count == 0)
        close(1)
        try await eventually("it is given back") { trims.count == 1 }
        try await Task.sleep(for: .milliseconds(200))
        #expect(trims.count == 1)
        close(30)
        try await eventually("once more") { trims.count == 2 }
        running.cancel()
        _ = try? await running.value
    }

    private final class TrimCounter: Sendable {
        private let value = Mutex(0)
        var count: Int { value.withLock { $0 } }
        func add() { value.withLock { $0 += 1 } }
    }
}
