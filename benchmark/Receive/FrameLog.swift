import Synchronization

/// The newest frames of one stream, for whoever asks later. Appending neither locks nor allocates.
///
/// `@unchecked Sendable`: one streaming thread writes the slots, and `published` orders a slot's write before the reads
/// of it. Readers keep to the newer half, so the writer would have to lap them by thousands of frames meanwhile.
final class FrameLog: @unchecked Sendable {
    private static let capacity = 1 << 13
    private let slots = UnsafeMutablePointer<FrameArrival>.allocate(capacity: capacity)
    private let published = Atomic<Int>(0)

    init() {
        slots.initialize(
            repeating: FrameArrival(rtp: 0, first: 0, last: 0, isKeyframe: false, isDecodable: false),
            count: Self.capacity)
    }

    deinit { slots.deallocate() }

    /// How many frames were appended so far.
    var count: Int { published.load(ordering: .acquiring) }

    /// Adds a frame; called on one thread only.
    func append(_ frame: FrameArrival) {
        let next = published.load(ordering: .relaxed)
        slots[next & (Self.capacity - 1)] = frame
        published.store(next + 1, ordering: .releasing)
    }

    /// The frames from that one on, as far as they are still held.
    func frames(from index: Int) -> [FrameArrival] {
        let end = count
        let start = max(index, end - Self.capacity / 2, 0)
        guard start < end else { return [] }
        return (start..<end).map { slots[$0 & (Self.capacity - 1)] }
    }
}
