import CGStreamer

/// A buffer lent to a probe or callback; valid only inside it.
public struct BufferView: ~Copyable {
    let buffer: UnsafeMutablePointer<GstBuffer>

    /// The presentation time in nanoseconds, or nil where the buffer has none. On Loco's pipelines it is the time on
    /// `CLOCK_MONOTONIC`, since they all run with base time zero.
    public var timestamp: UInt64? {
        buffer.pointee.pts == loco_clock_time_none() ? nil : UInt64(buffer.pointee.pts)
    }

    /// The payload's size in bytes.
    public var size: Int { Int(gst_buffer_get_size(buffer)) }

    /// Whether an encoded frame can be decoded without the ones before it.
    public var isKeyframe: Bool { loco_buffer_is_delta(buffer) == 0 }

    /// The marker and the SSRC of an RTP packet (RFC 3550, section 5.1), which SRTP leaves readable; nil for anything that
    /// cannot be one.
    public var packetHeader: (marker: Bool, source: UInt32)? {
        var header: (UInt64, UInt32) = (0, 0)
        return withUnsafeMutableBytes(of: &header) { bytes in
            guard gst_buffer_extract(buffer, 0, bytes.baseAddress, 12) == 12, bytes[0] >> 6 == 2 else { return nil }
            let source = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
            return (bytes[1] & 0x80 != 0, UInt32(bigEndian: source))
        }
    }

    /// Lends the bytes for reading; nil where the memory cannot be mapped.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R? {
        var map = GstMapInfo()
        guard gst_buffer_map(buffer, &map, GST_MAP_READ) != 0 else { return nil }
        defer { gst_buffer_unmap(buffer, &map) }
        return body(UnsafeRawBufferPointer(start: map.data, count: Int(map.size)))
    }
}
