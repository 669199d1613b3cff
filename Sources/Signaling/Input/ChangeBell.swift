import Synchronization

/// Rings when the guest's picture changes while somebody waits for that.
///
/// Ringing comes from the capture's thread with every changed frame: one atomic store and one load while nobody waits.
final class ChangeBell: Sendable {
    /// The timestamps of changed frames while somebody waits; the newest is kept.
    let changes: AsyncStream<UInt64>
    private let continuation: AsyncStream<UInt64>.Continuation
    private let waiting = Atomic<Int>(0)
    private let last = Atomic<UInt64>(0)

    init() { (changes, continuation) = AsyncStream.makeStream(of: UInt64.self, bufferingPolicy: .bufferingNewest(1)) }

    /// The newest changed frame's timestamp; 0 before the first.
    var lastChange: UInt64 { last.load(ordering: .acquiring) }

    /// A changed frame was grabbed at that time (nanoseconds).
    func ring(at timestamp: UInt64) {
        last.store(timestamp, ordering: .releasing)
        if waiting.load(ordering: .acquiring) > 0 { continuation.yield(timestamp) }
    }

    /// Somebody begins to wait, for so many things more or less.
    func expect(_ count: Int) { waiting.add(count, ordering: .acquiringAndReleasing) }

    func finish() { continuation.finish() }
}
