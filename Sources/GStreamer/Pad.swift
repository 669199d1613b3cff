import CGStreamer

/// One end of a link between elements.
public final class Pad: Object, @unchecked Sendable {
    init(owning pad: UnsafeMutablePointer<GstPad>) { super.init(owning: UnsafeMutableRawPointer(pad)) }

    /// The pad's name in its element.
    public var name: String { String(cString: loco_object_name(pointer)) }

    /// Links this source pad to a sink pad.
    ///
    /// - Throws: `linkFailed` with both pads' names.
    public func link(to sink: Pad) throws(GStreamerError) {
        guard gst_pad_link(pad, sink.pad) == GST_PAD_LINK_OK else {
            throw .linkFailed(source: name, sink: sink.name)
        }
    }

    /// What a probe decides about the buffer or event it sees.
    public enum Verdict: Sendable {
        case pass
        case drop
    }

    /// Lets `inspect` see every buffer on the streaming thread; one verdict to drop drops the whole list it came in. It must not lock, allocate or log, and it may be
    /// called before this method returns.
    public func probeBuffers(_ inspect: @escaping @Sendable (borrowing BufferView) -> Verdict) -> PadProbe {
        PadProbe(pad: self, box: ProbeBox(inspect))
    }

    var pad: UnsafeMutablePointer<GstPad> { pointer.assumingMemoryBound(to: GstPad.self) }
}
