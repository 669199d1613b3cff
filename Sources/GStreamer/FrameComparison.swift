import CGStreamer
import Foundation

/// Compares each frame with the one before it, byte for byte, by keeping a reference to the last that differed.
///
/// Made for a pad probe: no lock, no allocation, and it stops at the first difference. `@unchecked Sendable` because a
/// probe of one pad runs on one thread at a time and the comparison belongs to one pad.
public final class FrameComparison: @unchecked Sendable {
    private var previous: UnsafeMutablePointer<GstBuffer>?

    /// A comparison that takes the first frame for a change.
    public init() {}

    deinit { if let previous { gst_buffer_unref(previous) } }

    /// Whether the frame differs from the one before it. A frame that cannot be read counts as changed.
    public func differs(_ frame: borrowing BufferView) -> Bool {
        if let previous, BufferView(buffer: previous).matches(frame) { return false }
        let kept = gst_buffer_ref(frame.buffer)
        if let previous { gst_buffer_unref(previous) }
        previous = kept
        return true
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
