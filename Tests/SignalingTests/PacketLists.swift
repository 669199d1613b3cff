import CGStreamer
import Synchronization

@testable import GStreamer

/// Counts what comes to a pad by its kind: packets alone, and lists of them.
final class PacketLists: Sendable {
    let alone = Atomic<Int>(0)
    let listed = Atomic<Int>(0)
    let lists = Atomic<Int>(0)
    private let pad: Pad

    init(at pad: Pad) {
        self.pad = pad
        let mask = GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER.rawValue | GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue)
        gst_pad_add_probe(pad.pad, mask, counted, Unmanaged.passRetained(self).toOpaque(), countingEnded)
    }
}

// File-scope: GStreamer's streaming threads call these.
private func counted(
    pad: UnsafeMutablePointer<GstPad>?, info: UnsafeMutablePointer<GstPadProbeInfo>?, data: gpointer?
) -> GstPadProbeReturn {
    guard let info, let data else { return GST_PAD_PROBE_OK }
    let counts = Unmanaged<PacketLists>.fromOpaque(data).takeUnretainedValue()
    if loco_probe_is_list(info) != 0, let list = gst_pad_probe_info_get_buffer_list(info) {
        counts.lists.add(1, ordering: .relaxed)
        counts.listed.add(Int(gst_buffer_list_length(list)), ordering: .relaxed)
    } else {
        counts.alone.add(1, ordering: .relaxed)
    }
    return GST_PAD_PROBE_OK
}

private func countingEnded(data: gpointer?) {
    if let data { Unmanaged<PacketLists>.fromOpaque(data).release() }
}
