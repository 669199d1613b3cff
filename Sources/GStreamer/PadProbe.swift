import CGStreamer
import Synchronization

/// A probe on a pad. Removed once: by `remove()` or when released.
public final class PadProbe: Sendable {
    private let pad: Pad
    private let id: Mutex<gulong>

    init(pad: Pad, box: ProbeBox) {
        self.pad = pad
        let data = Unmanaged.passRetained(box).toOpaque()
        let mask = GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER.rawValue | GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue)
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
    let inspect: @Sendable (borrowing BufferView) -> Pad.Verdict
    init(_ inspect: @escaping @Sendable (borrowing BufferView) -> Pad.Verdict) { self.inspect = inspect }
}

// File-scope: GStreamer's streaming threads call these.
private func probeFired(
    pad: UnsafeMutablePointer<GstPad>?, info: UnsafeMutablePointer<GstPadProbeInfo>?, data: gpointer?
) -> GstPadProbeReturn {
    guard let info, let data else { return GST_PAD_PROBE_OK }
    let box = Unmanaged<ProbeBox>.fromOpaque(data).takeUnretainedValue()
    if loco_probe_is_list(info) != 0, let list = gst_pad_probe_info_get_buffer_list(info) {
        var verdict = Pad.Verdict.pass
        for index in 0..<gst_buffer_list_length(list) {
            guard let buffer = gst_buffer_list_get(list, index) else { continue }
            if box.inspect(BufferView(buffer: buffer)) == .drop { verdict = .drop }
        }
        return verdict == .drop ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK
    }
    guard let buffer = gst_pad_probe_info_get_buffer(info) else { return GST_PAD_PROBE_OK }
    return box.inspect(BufferView(buffer: buffer)) == .drop ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK
}

private func probeRemoved(data: gpointer?) {
    if let data { Unmanaged<ProbeBox>.fromOpaque(data).release() }
}
