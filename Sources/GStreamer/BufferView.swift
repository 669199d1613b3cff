import CGStreamer

/// A buffer lent to a probe or callback; valid only inside it.
public struct BufferView: ~Copyable {
    let buffer: UnsafeMutablePointer<GstBuffer>

    /// The presentation time in nanoseconds, or nil where the buffer has none. On Loco's pipelines it is the time on
    /// `CLOCK_MONOTONIC`, since they all run with base time zero.
    public var timestamp: UInt64? {
        buffer.pointee.pts == loco_clock_time_none() ? nil : UInt64(buffer.pointee.pts)
    }

    /// How long it lasts in nanoseconds, or nil where the buffer does not say.
    public var duration: UInt64? {
        buffer.pointee.duration == loco_clock_time_none() ? nil : UInt64(buffer.pointee.duration)
    }

    /// The payload's size in bytes.
    public var size: Int { Int(gst_buffer_get_size(buffer)) }

    /// Whether an encoded frame can be decoded without the ones before it.
    public var isKeyframe: Bool { loco_buffer_is_delta(buffer) == 0 }

    /// Lends the bytes for reading; nil where the memory cannot be mapped.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R? {
        var map = GstMapInfo()
        guard gst_buffer_map(buffer, &map, GST_MAP_READ) != 0 else { return nil }
        defer { gst_buffer_unmap(buffer, &map) }
        return body(UnsafeRawBufferPointer(start: map.data, count: Int(map.size)))
    }
}
