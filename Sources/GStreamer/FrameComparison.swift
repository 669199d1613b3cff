import CGStreamer
import Foundation
import Synchronization

/// Compares each frame with the one before it, byte for byte, by keeping a reference to the last that differed.
///
/// Made for a pad probe: no waiting, no allocation, and it stops at the first difference. `@unchecked Sendable` because
/// `busy` gives its state to one caller at a time.
public final class FrameComparison: @unchecked Sendable {
    private let busy = Atomic<Bool>(false)
    private var isOpen = false
    private var previous: UnsafeMutablePointer<GstBuffer>?

    /// A comparison that is closed until `open()`.
    public init() {}

    deinit { if let previous { gst_buffer_unref(previous) } }

    /// Begins to compare; the first frame counts as changed.
    public func open() {
        acquire()
        isOpen = true
        busy.store(false, ordering: .releasing)
    }

    /// Lets go of the kept frame and keeps none from here on. To be called before the source of the frames stops: one
    /// that is given back later would be put into a pool that nobody empties any more, and keep its source alive.
    public func close() {
        acquire()
        isOpen = false
        if let previous { gst_buffer_unref(previous) }
        previous = nil
        busy.store(false, ordering: .releasing)
    }

    /// Whether the frame differs from the one before it. A frame that cannot be read counts as changed, as does any
    /// while the comparison is closed.
    public func differs(_ frame: borrowing BufferView) -> Bool {
        guard !busy.exchange(true, ordering: .acquiring) else { return true }
        defer { busy.store(false, ordering: .releasing) }
        guard isOpen else { return true }
        if let previous, BufferView(buffer: previous).matches(frame) { return false }
        let kept = gst_buffer_ref(frame.buffer)
        if let previous { gst_buffer_unref(previous) }
        previous = kept
        return true
    }

    /// Waits for a comparison under way: a fraction of a millisecond, and never on a streaming thread.
    private func acquire() {
        while busy.exchange(true, ordering: .acquiring) { sched_yield() }
    }
}

extension BufferView {
    fileprivate borrowing func matches(_ other: borrowing BufferView) -> Bool {
        guard buffer != other.buffer else { return true }
        guard size == other.size else { return false }
        let equal: Bool?? = withBytes { mine in
            other.withBytes { theirs in
                guard mine.count == theirs.count, let left = mine.baseAddress, let right = theirs.baseAddress else {
                    return mine.count == theirs.count
                }
                return memcmp(left, right, mine.count) == 0
            }
        }
        return equal == true
    }
}
