import CGStreamer

/// A buffer with its capabilities: what an appsink yields and an appsrc takes. Holds one reference.
public struct Sample: ~Copyable, @unchecked Sendable {
    // @unchecked Sendable: samples are immutable once made, and their reference count is atomic.
    let sample: OpaquePointer

    init(owning sample: OpaquePointer) { self.sample = sample }

    /// Another reference to the same sample.
    public func copy() -> Sample { Sample(owning: gst_sample_ref(sample)) }

    /// The same picture or sound at another time (nanoseconds); the bytes are shared.
    public func restamped(at time: UInt64) -> Sample {
        let moved = gst_buffer_copy(gst_sample_get_buffer(sample))!
        moved.pointee.pts = GstClockTime(time)
        moved.pointee.dts = loco_clock_time_none()
        let result = gst_sample_new(moved, gst_sample_get_caps(sample), nil, nil)!
        gst_buffer_unref(moved)
        return Sample(owning: result)
    }

    /// The same as part of a file: shown from that time on (nanoseconds), for so long, and decoded in this order; the
    /// bytes are shared.
    public func placed(at time: UInt64, lasting duration: UInt64) -> Sample {
        Self.placed(gst_sample_get_buffer(sample), caps: gst_sample_get_caps(sample), at: time, lasting: duration)
    }

    static func placed(
        _ buffer: UnsafeMutablePointer<GstBuffer>, caps: UnsafeMutablePointer<GstCaps>?, at time: UInt64,
        lasting duration: UInt64
    ) -> Sample {
        let moved = gst_buffer_copy(buffer)!
        moved.pointee.pts = GstClockTime(time)
        moved.pointee.dts = GstClockTime(time)
        moved.pointee.duration = GstClockTime(duration)
        let result = gst_sample_new(moved, caps, nil, nil)!
        gst_buffer_unref(moved)
        return Sample(owning: result)
    }

    /// The stream's capabilities, copied into Swift.
    public var caps: Caps? { gst_sample_get_caps(sample).map(Caps.init(reading:)) }

    /// A number that differs between samples of different capabilities, as far as they are alive at the same time: a
    /// cheap way to notice a change.
    public var capsIdentity: UInt { UInt(bitPattern: gst_sample_get_caps(sample)) }

    /// The presentation time in nanoseconds.
    public var timestamp: UInt64? { withView { $0.timestamp } }

    /// Whether the frame can be decoded without the ones before it.
    public var isKeyframe: Bool { withView { $0.isKeyframe } }

    /// The payload's size in bytes.
    public var size: Int { withView { $0.size } }

    /// The payload's bytes, copied.
    public func bytes() -> [UInt8] { withView { $0.withBytes { Array($0) } ?? [] } }

    /// Lends the buffer.
    public func withView<R>(_ body: (borrowing BufferView) -> R) -> R {
        body(BufferView(buffer: gst_sample_get_buffer(sample)))
    }

    deinit { gst_sample_unref(sample) }
}
