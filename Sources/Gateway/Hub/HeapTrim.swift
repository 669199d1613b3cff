import Pipelines
import ServiceLifecycle

/// Gives the heap's free pages back to the system after many sockets closed: glibc keeps them for itself, so that one rush
/// of visitors would hold the hub's memory at its height from then on.
struct HeapTrim: Service {
    /// Counts the sockets that closed.
    let statistics: WebSocketStatistics
    /// So many have to have closed since the last time: a trim looks at the whole heap.
    var threshold = 100
    var interval: Duration = .seconds(5)
    /// What gives the pages back.
    var trim: @Sendable () -> Void = { MediaLibrary.trimMemory() }

    /// Looks until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            var (trimmed, seen) = (0, 0)
            while (try? await Task.sleep(for: interval)) != nil {
                let closed = statistics.counts.closed.values.reduce(0, +)
                // While they still leave, there will be more to give back.
                let isQuiet = closed - seen < threshold
                seen = closed
                guard isQuiet, closed - trimmed >= threshold else { continue }
                trimmed = closed
                trim()
            }
        }
    }
}
