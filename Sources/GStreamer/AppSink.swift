import CGStreamer

/// Where a pipeline's data leaves for Swift. The handler runs on the streaming thread for every sample.
public final class AppSink: Element, @unchecked Sendable {
    /// Makes an appsink that never waits for the clock and holds at most one sample.
    ///
    /// - Throws: `missingElement` or `malformedCaps`.
    public convenience init(
        name: String? = nil, caps: Caps? = nil, onSample: @escaping @Sendable (consuming Sample) -> Void
    ) throws(GStreamerError) {
        self.init(owning: try Element.make("appsink", name: name))
        try set("sync", false)
        try set("async", false)
        try set("max-buffers", .uint(1))
        try set("enable-last-sample", false)
        if let caps { try set("caps", .caps(caps)) }
        var callbacks = GstAppSinkCallbacks()
        callbacks.new_sample = sampleArrived
        gst_app_sink_set_callbacks(
            sink, &callbacks, Unmanaged.passRetained(SampleHandler(onSample)).toOpaque(), handlerReleased)
    }

    /// Asks the encoder upstream for a keyframe (`GstForceKeyUnit`, all headers).
    public func requestKeyframe() {
        gst_element_send_event(element, gst_video_event_new_upstream_force_key_unit(loco_clock_time_none(), 1, 0))
    }

    fileprivate var sink: UnsafeMutablePointer<GstAppSink> { pointer.assumingMemoryBound(to: GstAppSink.self) }
}

private final class SampleHandler: Sendable {
    let handler: @Sendable (consuming Sample) -> Void
    init(_ handler: @escaping @Sendable (consuming Sample) -> Void) { self.handler = handler }
}

private func sampleArrived(sink: UnsafeMutablePointer<GstAppSink>?, data: gpointer?) -> GstFlowReturn {
    guard let sink, let data else { return GST_FLOW_ERROR }
    // Null at end of stream and while the sink stops.
    guard let sample = gst_app_sink_pull_sample(sink) else { return GST_FLOW_EOS }
    Unmanaged<SampleHandler>.fromOpaque(data).takeUnretainedValue().handler(Sample(owning: inRunningTime(sample)))
    return GST_FLOW_OK
}

/// The sample with its timestamp as running time, which on Loco's pipelines is the absolute time. An encoder may shift
/// its timestamps (x264enc by 1000 hours, to keep DTS positive) and say so in the segment, which does not cross over.
/// Takes the sample over; copies the buffer's metadata only where something changes.
private func inRunningTime(_ sample: OpaquePointer) -> OpaquePointer {
    guard let buffer = gst_sample_get_buffer(sample), let segment = gst_sample_get_segment(sample) else {
        return sample
    }
    let stamp = buffer.pointee.pts
    let running = gst_segment_to_running_time(segment, GST_FORMAT_TIME, guint64(stamp))
    guard stamp != loco_clock_time_none(), running != loco_clock_time_none(), running != stamp,
        let copy = gst_buffer_copy(buffer)
    else { return sample }
    copy.pointee.pts = running
    copy.pointee.dts = loco_clock_time_none()
    let moved = gst_sample_new(copy, gst_sample_get_caps(sample), nil, nil)!
    gst_buffer_unref(copy)
    gst_sample_unref(sample)
    return moved
}

private func handlerReleased(data: gpointer?) {
    if let data { Unmanaged<SampleHandler>.fromOpaque(data).release() }
}
