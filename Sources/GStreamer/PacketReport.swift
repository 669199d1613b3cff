import CGStreamer

/// What became of one packet, as the receiver's transport-wide feedback tells
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01).
public struct PacketReport: Sendable, Equatable {
    /// The transport-wide sequence number.
    public let sequence: UInt16
    /// When it was sent, in nanoseconds of the sender's clock.
    public let sentAt: UInt64
    /// When it was received, in nanoseconds of the receiver's clock, whose zero is arbitrary; nil for a lost packet.
    public let receivedAt: UInt64?
    /// The RTP payload's size in bytes, without header and padding: 0 for a packet that is all padding.
    public let payloadSize: Int

    /// The reports in the event with which `rtpsession` passes feedback upstream; nil for any other event.
    ///
    /// Fields are read one by one instead of through ``Structure``: feedback comes ten times a second from every
    /// viewer and names every packet.
    static func reports(in event: UnsafeMutablePointer<GstEvent>) -> [PacketReport]? {
        guard loco_event_type(event) == GST_EVENT_CUSTOM_UPSTREAM, let structure = gst_event_get_structure(event),
            gst_structure_has_name(structure, "RTPTWCCPackets") != 0,
            let value = gst_structure_get_value(structure, "packets"),
            let array = loco_value_array_of(value)
        else { return nil }
        return (0..<loco_value_array_count(array)).compactMap { index in
            guard let entry = loco_value_array_at(array, index), let packet = loco_value_structure(entry) else {
                return nil
            }
            return PacketReport(packet)
        }
    }

    private init?(_ packet: UnsafePointer<GstStructure>) {
        var (sequence, size): (guint, guint) = (0, 0)
        var (sent, received): (guint64, guint64) = (0, 0)
        var lost: gboolean = 0
        guard gst_structure_get_uint(packet, "seqnum", &sequence) != 0,
            gst_structure_get_uint64(packet, "local-ts", &sent) != 0,
            gst_structure_get_uint64(packet, "remote-ts", &received) != 0,
            gst_structure_get_uint(packet, "size", &size) != 0,
            gst_structure_get_boolean(packet, "lost", &lost) != 0,
            // A packet the sender does not remember, because feedback about it came too late.
            sent != loco_clock_time_none(), sent != 0
        else { return nil }
        self.sequence = UInt16(truncatingIfNeeded: sequence)
        sentAt = UInt64(sent)
        receivedAt = lost != 0 || received == loco_clock_time_none() ? nil : UInt64(received)
        payloadSize = Int(size)
    }
}
