import CGStreamer

/// Lets a segment event pass only where it says something new.
///
/// `rtpfunnel` 1.22 sends one on whenever it gets a packet of another sender than before: with picture and sound sixty in a
/// second, through every element up to the socket, and always the same.
///
/// `@unchecked Sendable` because it is touched by whoever pushes into the funnel's source pad, under that pad's lock.
final class SegmentFilter: @unchecked Sendable {
    private var last: GstSegment?

    /// Filters what leaves a source pad, as long as that lives.
    static func attach(to pad: Pad) {
        gst_pad_add_probe(
            pad.pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, eventPassed,
            Unmanaged.passRetained(SegmentFilter()).toOpaque(), filterReleased)
    }

    /// - Returns: whether the event has been dealt with: what it says is known.
    fileprivate func take(_ event: UnsafeMutablePointer<GstEvent>) -> Bool {
        guard loco_event_type(event) == GST_EVENT_SEGMENT else { return false }
        var segment: UnsafePointer<GstSegment>?
        gst_event_parse_segment(event, &segment)
        guard let segment else { return false }
        if var last, gst_segment_is_equal(&last, segment) != 0 { return true }
        last = segment.pointee
        return false
    }
}

// File-scope: GStreamer's streaming threads call these.
private func eventPassed(
    pad: UnsafeMutablePointer<GstPad>?, info: UnsafeMutablePointer<GstPadProbeInfo>?, data: gpointer?
) -> GstPadProbeReturn {
    guard let info, let data, let event = gst_pad_probe_info_get_event(info) else { return GST_PAD_PROBE_OK }
    guard Unmanaged<SegmentFilter>.fromOpaque(data).takeUnretainedValue().take(event) else { return GST_PAD_PROBE_OK }
    // Not dropped, which would have it sent again and again.
    gst_event_unref(event)
    return GST_PAD_PROBE_HANDLED
}

private func filterReleased(data: gpointer?) {
    if let data { Unmanaged<SegmentFilter>.fromOpaque(data).release() }
}
