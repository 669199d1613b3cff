import CGStreamer
import Synchronization

/// A probe on a pad. Removed once: by `remove()` or when released.
public final class PadProbe: Sendable {
    private let pad: Pad
    private let id: Mutex<gulong>

    init(pad: Pad, mask: GstPadProbeType, box: ProbeBox) {
        self.pad = pad
        let data = Unmanaged.passRetained(box).toOpaque()
        id = Mutex(gst_pad_add_probe(pad.pad, mask, probeFired, data, probeRemoved))
    }

    /// Takes the probe away; a call under way may still finish.
    public func remove() {
        let held = id.withLock { id in
            defer { id = 0 }
            return id
        }
        if held != 0 { gst_pad_remove_probe(pad.pad, held) }
    }

    deinit { remove() }
}

final class ProbeBox: Sendable {
    let buffers: (@Sendable (borrowing BufferView) -> Pad.Verdict)?
    let keyframeRequests: (@Sendable () -> Void)?

    init(
        buffers: (@Sendable (borrowing BufferView) -> Pad.Verdict)?, keyframeRequests: (@Sendable () -> Void)?
    ) {
        self.buffers = buffers
        self.keyframeRequests = keyframeRequests
    }
}

// File-scope: GStreamer's streaming threads call these.
private func probeFired(
    pad: UnsafeMutablePointer<GstPad>?, info: UnsafeMutablePointer<GstPadProbeInfo>?, data: gpointer?
) -> GstPadProbeReturn {
    guard let info, let data else { return GST_PAD_PROBE_OK }
    let box = Unmanaged<ProbeBox>.fromOpaque(data).takeUnretainedValue()
    if let inspect = box.buffers, let buffer = gst_pad_probe_info_get_buffer(info) {
        return inspect(BufferView(buffer: buffer)) == .drop ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK
    }
    if let notify = box.keyframeRequests, let event = gst_pad_probe_info_get_event(info),
        gst_video_event_is_force_key_unit(event) != 0
    {
        notify()
    }
    return GST_PAD_PROBE_OK
}

private func probeRemoved(data: gpointer?) {
    if let data { Unmanaged<ProbeBox>.fromOpaque(data).release() }
}
