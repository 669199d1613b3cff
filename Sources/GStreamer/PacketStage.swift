import CGStreamer
import Foundation
import Synchronization

/// The place between a payloader and `webrtcbin` where every video packet of one viewer passes: it adds the playout
/// delay, sends a frame's packets on as one list, keeps the sequence numbers gapless when padding goes out between
/// frames, and passes on the keyframe requests that come back against the stream.
///
/// A list goes through each of the many elements up to the socket once, and out by one system call. Payloaders make one
/// of each of a frame's slices at most.
///
/// It works in a pad probe: atomics only, and no allocation but of the list and what a header extension needs.
/// `@unchecked Sendable` because the frame's state is touched only by whoever holds `busy`: the streaming thread during
/// a frame, or a caller of ``sendPadding(packets:)`` between two frames.
public final class PacketStage: @unchecked Sendable {
    /// What the stage needs to know of the stream.
    public struct Stream: Sendable, Equatable {
        /// The stream's SSRC.
        public var source: UInt32
        /// Its payload type.
        public var payloadType: UInt8
        /// The id that the offer gave the playout-delay header extension; nil where it has none.
        public var playoutDelay: UInt8?
        /// The id that the offer gave the transport-wide sequence number; nil where it has none.
        public var transportWide: UInt8?

        /// Describes a stream.
        public init(source: UInt32, payloadType: UInt8, playoutDelay: UInt8?, transportWide: UInt8?) {
            self.source = source
            self.payloadType = payloadType
            self.playoutDelay = playoutDelay
            self.transportWide = transportWide
        }
    }

    /// What comes back from the receiver, and what went out; called on threads of the pipeline.
    public struct Handlers: Sendable {
        /// A receiver asks for a keyframe (PLI or FIR).
        public var keyframeRequested: @Sendable () -> Void = {}
        /// The last packet of the frame with that timestamp was packetised. Must neither lock nor allocate.
        public var packetised: @Sendable (_ timestamp: UInt64) -> Void = { _ in }

        /// Handlers that do nothing.
        public init() {}
    }

    /// Padding bytes in a packet of padding: what one byte can count (RFC 3550, section 5.1).
    public static let paddingSize = 255
    /// Packets in a list at most: a larger frame goes in parts. A socket's buffer has room for about ninety, and one
    /// part leaves while the next is encrypted.
    private static let most: UInt32 = 64
    /// Playout delay: minimum and maximum, 12 bits each, both 0 ("render as soon as you can").
    private static let noDelay: [UInt8] = [0, 0, 0]

    private let stream: Stream
    private let handlers: Handlers
    private let pad: Pad
    private let probe = Mutex<gulong>(0)
    private let busy = Atomic<Bool>(false)
    private let passed = Atomic<Int>(0)
    private var isMidFrame = false
    /// The packets of the frame under way.
    private var held: OpaquePointer?
    private var inserted: UInt16 = 0
    private var last: (sequence: UInt16, timestamp: UInt32, time: GstClockTime)?

    /// Bytes of media packets that passed so far, RTP headers included.
    public var bytesPassed: Int { passed.load(ordering: .relaxed) }

    /// Watches a payloader's source pad.
    public init(on pad: Pad, _ stream: Stream, _ handlers: Handlers) {
        self.pad = pad
        self.stream = stream
        self.handlers = handlers
        let mask = GstPadProbeType(
            GST_PAD_PROBE_TYPE_BUFFER.rawValue | GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue
                | GST_PAD_PROBE_TYPE_EVENT_UPSTREAM.rawValue)
        let id = gst_pad_add_probe(pad.pad, mask, packetPassed, Unmanaged.passRetained(self).toOpaque(), stageReleased)
        probe.withLock { $0 = id }
    }

    /// Takes the stage away; a packet under way may still pass it.
    public func remove() {
        let id = probe.withLock { id in
            defer { id = 0 }
            return id
        }
        if id != 0 { gst_pad_remove_probe(pad.pad, id) }
    }

    /// Sends packets that are all padding, to find out what the path can carry. Only between two frames: receivers
    /// take the packets of a frame for one run of sequence numbers.
    ///
    /// - Returns: packets sent: none while a frame is under way, or before the first.
    public func sendPadding(packets: Int) -> Int {
        guard !busy.exchange(true, ordering: .acquiring) else { return 0 }
        defer { busy.store(false, ordering: .releasing) }
        guard let peer = gst_pad_get_peer(pad.pad) else { return 0 }
        defer { gst_object_unref(UnsafeMutableRawPointer(peer)) }
        for sent in 0..<packets {
            guard let buffer = padding() else { return sent }
            guard gst_pad_chain(peer, buffer) == GST_FLOW_OK else { return sent }
        }
        return packets
    }

    private func padding() -> UnsafeMutablePointer<GstBuffer>? {
        guard let last, let buffer = gst_rtp_buffer_new_allocate(0, guint8(Self.paddingSize), 0) else { return nil }
        buffer.pointee.pts = last.time
        var rtp = GstRTPBuffer()
        guard gst_rtp_buffer_map(buffer, loco_map_read_write(), &rtp) != 0 else {
            gst_buffer_unref(buffer)
            return nil
        }
        inserted &+= 1
        self.last?.sequence = last.sequence &+ 1
        gst_rtp_buffer_set_ssrc(&rtp, stream.source)
        gst_rtp_buffer_set_payload_type(&rtp, stream.payloadType)
        gst_rtp_buffer_set_seq(&rtp, last.sequence &+ 1)
        gst_rtp_buffer_set_timestamp(&rtp, last.timestamp)
        if let id = stream.transportWide {
            // A place for the number, which rtpsession writes.
            var number: (UInt8, UInt8) = (0, 0)
            gst_rtp_buffer_add_extension_onebyte_header(&rtp, id, &number, 2)
        }
        gst_rtp_buffer_unmap(&rtp)
        return buffer
    }

    /// Marks and holds one media packet, on the streaming thread.
    ///
    /// - Returns: whether it is the frame's last.
    private func take(_ buffer: UnsafeMutablePointer<GstBuffer>) -> Bool {
        let starts = !isMidFrame
        isMidFrame = true
        // Padding under way takes well under a millisecond.
        if starts { while busy.exchange(true, ordering: .acquiring) { sched_yield() } }
        var rtp = GstRTPBuffer()
        guard gst_rtp_buffer_map(buffer, loco_map_read_write(), &rtp) != 0 else { return false }
        let sequence = gst_rtp_buffer_get_seq(&rtp) &+ inserted
        if inserted != 0 { gst_rtp_buffer_set_seq(&rtp, sequence) }
        if starts, let id = stream.playoutDelay {
            _ = Self.noDelay.withUnsafeBytes {
                gst_rtp_buffer_add_extension_onebyte_header(&rtp, id, $0.baseAddress, 3)
            }
        }
        last = (sequence, gst_rtp_buffer_get_timestamp(&rtp), buffer.pointee.pts)
        passed.add(Int(gst_buffer_get_size(buffer)), ordering: .relaxed)
        let ends = gst_rtp_buffer_get_marker(&rtp) != 0
        gst_rtp_buffer_unmap(&rtp)
        return ends
    }

    /// Takes over a packet.
    fileprivate func pass(_ buffer: UnsafeMutablePointer<GstBuffer>) -> GstFlowReturn { hold(buffer, take(buffer)) }

    /// Takes over a list of packets.
    fileprivate func pass(_ list: OpaquePointer) -> GstFlowReturn {
        let isWhole = held == nil && gst_buffer_list_length(list) <= Self.most
        var (ends, flow) = (false, GST_FLOW_OK)
        for index in 0..<gst_buffer_list_length(list) {
            guard let buffer = gst_buffer_list_get_writable(list, index) else { continue }
            ends = take(buffer)
            if !isWhole { flow = hold(gst_buffer_ref(buffer), ends) }
        }
        guard isWhole else {
            gst_buffer_list_unref(list)
            return flow
        }
        held = list
        return ends ? send(list, ends) : GST_FLOW_OK
    }

    private func hold(_ buffer: UnsafeMutablePointer<GstBuffer>, _ ends: Bool) -> GstFlowReturn {
        let list = held ?? gst_buffer_list_new()!
        held = list
        gst_buffer_list_insert(list, -1, buffer)
        return ends || gst_buffer_list_length(list) >= Self.most ? send(list, ends) : GST_FLOW_OK
    }

    private func send(_ list: OpaquePointer, _ ends: Bool) -> GstFlowReturn {
        held = nil
        defer {
            if ends {
                isMidFrame = false
                busy.store(false, ordering: .releasing)
            }
        }
        if ends, let time = last?.time, time != loco_clock_time_none() { handlers.packetised(UInt64(time)) }
        guard let peer = gst_pad_get_peer(pad.pad) else {
            gst_buffer_list_unref(list)
            return GST_FLOW_NOT_LINKED
        }
        defer { gst_object_unref(UnsafeMutableRawPointer(peer)) }
        return gst_pad_chain_list(peer, list)
    }

    deinit { if let held { gst_buffer_list_unref(held) } }

    fileprivate func took(_ event: UnsafeMutablePointer<GstEvent>) {
        if gst_video_event_is_force_key_unit(event) != 0 { handlers.keyframeRequested() }
    }
}

// File-scope: GStreamer's streaming threads call these.
private func packetPassed(
    pad: UnsafeMutablePointer<GstPad>?, info: UnsafeMutablePointer<GstPadProbeInfo>?, data: gpointer?
) -> GstPadProbeReturn {
    guard let info, let data else { return GST_PAD_PROBE_OK }
    let stage = Unmanaged<PacketStage>.fromOpaque(data).takeUnretainedValue()
    if loco_probe_is_event(info) != 0 {
        if let event = gst_pad_probe_info_get_event(info) { stage.took(event) }
        return GST_PAD_PROBE_OK
    }
    if loco_probe_is_list(info) != 0 {
        guard let list = loco_probe_writable_list(info) else { return GST_PAD_PROBE_OK }
        loco_probe_set_flow(info, stage.pass(list))
    } else {
        guard let buffer = loco_probe_writable_buffer(info) else { return GST_PAD_PROBE_OK }
        loco_probe_set_flow(info, stage.pass(buffer))
    }
    return GST_PAD_PROBE_HANDLED
}

private func stageReleased(data: gpointer?) {
    if let data { Unmanaged<PacketStage>.fromOpaque(data).release() }
}
