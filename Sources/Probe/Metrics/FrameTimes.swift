import Synchronization

/// Remembers when the newest frames passed one point of the media path, by their timestamps, so that the next point can
/// tell how long the way from there took.
///
/// One thread marks, any thread looks up; no lock, no allocation.
public final class FrameTimes: Sendable {
    private static let capacity = 32

    /// Pairs of a frame's timestamp and the time it passed. Immutable pointer to atomics, freed in `deinit`.
    private nonisolated(unsafe) let slots: UnsafeMutablePointer<Atomic<UInt64>>
    private let next = Atomic<Int>(0)

    /// Remembers nothing yet.
    public init() {
        slots = .allocate(capacity: 2 * Self.capacity)
        for index in 0..<(2 * Self.capacity) { (slots + index).initialize(to: Atomic(0)) }
    }

    deinit {
        slots.deinitialize(count: 2 * Self.capacity)
        slots.deallocate()
    }

    /// Notes that the frame passed at that time. Both in nanoseconds.
    public func mark(_ timestamp: UInt64, at time: UInt64) {
        let index = next.load(ordering: .relaxed)
        next.store((index + 1) % Self.capacity, ordering: .relaxed)
        // The timestamp goes last: who finds it finds the time that belongs to it.
        slots[2 * index].store(0, ordering: .relaxed)
        slots[2 * index + 1].store(time, ordering: .releasing)
        slots[2 * index].store(timestamp, ordering: .releasing)
    }

    /// When the frame passed; nil for one that did not, or too long ago.
    public func time(of timestamp: UInt64) -> UInt64? {
        guard timestamp != 0 else { return nil }
        for index in 0..<Self.capacity where slots[2 * index].load(ordering: .acquiring) == timestamp {
            let time = slots[2 * index + 1].load(ordering: .acquiring)
            // Overwritten in between: too long ago after all.
            return slots[2 * index].load(ordering: .acquiring) == timestamp ? time : nil
        }
        return nil
    }
}
