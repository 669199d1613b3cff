import CGStreamer

/// A `GstBuffer` by reference, which whoever has it may keep.
///
/// `@unchecked Sendable`: a buffer is counted atomically, and not written to once it is shared.
final class SharedBuffer: @unchecked Sendable {
    private let buffer: UnsafeMutablePointer<GstBuffer>

    init(_ view: borrowing BufferView) { buffer = gst_buffer_ref(view.buffer) }

    /// What it holds.
    var view: BufferView { BufferView(buffer: buffer) }

    deinit { gst_buffer_unref(buffer) }
}
