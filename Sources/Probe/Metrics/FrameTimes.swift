import Synchronization

/// Remembers when the newest frames passed one point of the media path, by their timestamps, so that the next point can
/// tell how long the way from there took.
///
/// One thread marks, any thread looks up; no lock, no allocation.
public final class FrameTimes: Sendable {
    private static let capacity = 32

    /// Pairs of a frame's timestamp and the time it passed.
    private let slots = AtomicWords(count: 2 * capacity)
    private let next = Atomic<Int>(0)

    /// Remembers nothing yet.
    public init() {}

    /// Notes that the frame passed at that time. Both in nanoseconds.
    public func mark(_ timestamp: UInt64, at time: UInt64) {
        let index = next.load(ordering: .relaxed)
        next.store((index + 1) % Self.capacity, ordering: .relaxed)
        // The timestamp goes last: who finds it finds the time that belongs to it.
        slots[2 * index] = 0
        slots.publish(time, at: 2 * index + 1)
        slots.publish(timestamp, at: 2 * index)
    }

    /// When the frame passed; nil for one that did not, or too long ago.
    public func time(of timestamp: UInt64) -> UInt64? {
        guard timestamp != 0 else { return nil }
        for index in 0..<Self.capacity where slots.acquire(2 * index) == timestamp {
            let time = slots.acquire(2 * index + 1)
            // Overwritten in between: too long ago after all.
            return slots.acquire(2 * index) == timestamp ? time : nil
        }
        return nil
    }
}
