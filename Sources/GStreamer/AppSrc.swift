import CGStreamer

/// Where Swift feeds a pipeline. Never blocks the caller.
public final class AppSrc: Element, @unchecked Sendable {
    /// Makes a live, time-based source.
    ///
    /// - Throws: `missingElement`.
    public convenience init(name: String? = nil) throws(GStreamerError) {
        self.init(owning: try Element.make("appsrc", name: name))
        try set("format", "time")
        try set("is-live", true)
        try set("block", false)
        try set("max-bytes", .uint64(0))
        try set("max-buffers", .uint64(0))
        try set("max-time", .uint64(0))
        // Timestamps are the capture's: latency beyond none would be waited for downstream.
        try set("min-latency", .int64(0))
    }

    /// Queues a sample by reference; changed capabilities go ahead of it.
    ///
    /// - Returns: whether the pipeline takes data (false while it flushes or after end of stream).
    @discardableResult
    public func push(_ sample: borrowing Sample) -> Bool {
        gst_app_src_push_sample(source, sample.sample) == GST_FLOW_OK
    }

    /// Queues a copy of the bytes as one buffer.
    ///
    /// - Parameters:
    ///   - bytes: the payload.
    ///   - timestamp: presentation time in nanoseconds of `CLOCK_MONOTONIC`.
    @discardableResult
    public func push(_ bytes: [UInt8], timestamp: UInt64) -> Bool {
        let buffer = gst_buffer_new_memdup(bytes, gsize(bytes.count))!
        buffer.pointee.pts = GstClockTime(timestamp)
        return gst_app_src_push_buffer(source, buffer) == GST_FLOW_OK
    }

    /// Says that nothing comes any more: what is queued still flows, then the stream ends.
    public func endOfStream() { gst_app_src_end_of_stream(source) }

    /// Samples waiting to be taken by the pipeline.
    public var queued: UInt64 { UInt64(gst_app_src_get_current_level_buffers(source)) }

    fileprivate var source: UnsafeMutablePointer<GstAppSrc> { pointer.assumingMemoryBound(to: GstAppSrc.self) }
}
