import CGStreamer

/// Leads a sender's packets straight to what joins all senders' before `rtpbin`.
///
/// `webrtcbin` 1.22 puts an element that waits for the clock and encoders for FEC (RFC 5109) and RED (RFC 2198) in
/// between, wanted or not. The encoders know packets only: they take a frame's list of packets apart, and each packet
/// then goes all the way to the socket alone.
enum SenderShortcut {
    /// Takes the short way as soon as `webrtcbin` has built the long one, which is at the sender's first capabilities.
    ///
    /// - Parameter sender: a pad `sink_%u` of `webrtcbin`.
    static func prepare(_ sender: Pad) {
        gst_pad_add_probe(sender.pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, eventPassed, nil, nil)
    }

    /// - Returns: false where there is no way yet, or one of another kind; nothing is changed then.
    fileprivate static func take(_ sender: Pad) -> Bool {
        guard let bin = sender.owner, let entry = sender.ghostTarget, let clock = entry.owner,
            clock.typeName == "GstClockSync", let encoders = try? clock.pad("src").peer?.owner,
            Element.firstInside(encoders, factory: "rtpredenc") != nil,
            let last = try? encoders.pad("src"), let exit = last.peer
        else { return false }
        gst_pad_unlink(last.pad, exit.pad)
        guard sender.setGhostTarget(exit) else {
            gst_pad_link(last.pad, exit.pad)
            return false
        }
        for needless in [clock, encoders] {
            gst_element_set_state(needless.element, GST_STATE_NULL)
            gst_bin_remove(bin.pointer.assumingMemoryBound(to: GstBin.self), needless.element)
        }
        return true
    }
}

extension Pad {
    /// The pad that this one is linked to.
    fileprivate var peer: Pad? { gst_pad_get_peer(pad).map(Pad.init(owning:)) }

    /// The element whose pad it is.
    fileprivate var owner: Element? {
        gst_object_get_parent(pointer.assumingMemoryBound(to: GstObject.self)).map {
            Element(owning: UnsafeMutableRawPointer($0))
        }
    }

    /// The pad within a bin that this pad of the bin stands for; nil for none.
    fileprivate var ghostTarget: Pad? {
        guard loco_is_ghost_pad(pointer) != 0 else { return nil }
        return gst_ghost_pad_get_target(pointer.assumingMemoryBound(to: GstGhostPad.self)).map(Pad.init(owning:))
    }

    fileprivate func setGhostTarget(_ target: Pad) -> Bool {
        gst_ghost_pad_set_target(pointer.assumingMemoryBound(to: GstGhostPad.self), target.pad) != 0
    }
}

// File-scope: GStreamer's streaming threads call this, before the event reaches the pad.
private func eventPassed(
    pad: UnsafeMutablePointer<GstPad>?, info: UnsafeMutablePointer<GstPadProbeInfo>?, data: gpointer?
) -> GstPadProbeReturn {
    guard let pad, let info, let event = gst_pad_probe_info_get_event(info),
        // The first after the capabilities, and the last before a packet.
        loco_event_type(event) == GST_EVENT_SEGMENT
    else { return GST_PAD_PROBE_OK }
    gst_object_ref(pad)
    return SenderShortcut.take(Pad(owning: pad)) ? GST_PAD_PROBE_REMOVE : GST_PAD_PROBE_OK
}
