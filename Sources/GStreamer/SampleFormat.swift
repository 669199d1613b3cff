import CGStreamer

/// Capabilities made once, for the samples of a source that is no GStreamer element.
public final class SampleFormat: @unchecked Sendable {
    // @unchecked Sendable: the capabilities are immutable, and their reference count is atomic.
    private let caps: UnsafeMutablePointer<GstCaps>

    /// Makes them.
    public init(_ caps: Caps) { self.caps = caps.withGstCaps { gst_caps_ref($0) } }

    deinit { gst_caps_unref(caps) }

    /// A sample with a copy of the bytes.
    ///
    /// - Parameters:
    ///   - timestamp: presentation time in nanoseconds of `CLOCK_MONOTONIC`.
    ///   - duration: in nanoseconds.
    public func sample(copying bytes: UnsafeRawBufferPointer, at timestamp: UInt64, duration: UInt64) -> Sample {
        let buffer = gst_buffer_new_memdup(bytes.baseAddress, gsize(bytes.count))!
        buffer.pointee.pts = GstClockTime(timestamp)
        buffer.pointee.duration = GstClockTime(duration)
        defer { gst_buffer_unref(buffer) }
        return Sample(owning: gst_sample_new(buffer, caps, nil, nil)!)
    }

    /// Another sample's bytes, shared, with these capabilities; see ``Sample/placed(at:lasting:)``.
    public func sample(sharing other: borrowing Sample, at time: UInt64, lasting duration: UInt64) -> Sample {
        Sample.placed(gst_sample_get_buffer(other.sample), caps: caps, at: time, lasting: duration)
    }
}
