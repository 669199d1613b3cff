import CGStreamer
import Synchronization
import TestSupport
import Testing

@testable import GStreamer

@Suite("Segment filters", .serialized, .timeLimit(.minutes(1)))
struct SegmentFilterTests {
    init() throws { try Runtime.start() }

    /// Events and buffers that come to a pad.
    fileprivate final class Counts: Sendable {
        let segments = Atomic<Int>(0)
        let starts = Atomic<Int>(0)
        let buffers = Atomic<Int>(0)
    }

    /// Lets two senders' packets into a funnel in turns, and counts what comes out of it.
    private func run(filtered: Bool) async throws -> Counts {
        let counts = Counts()
        let pipeline = try Pipeline("two-senders")
        let funnel = try Element("rtpfunnel")
        let sink = try Element("fakesink", ["sync": false])
        try await pipeline.chain([funnel, sink])
        if filtered { SegmentFilter.attach(to: try funnel.pad("src")) }
        gst_pad_add_probe(
            try sink.pad("sink").pad,
            GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER.rawValue | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM.rawValue), counted,
            Unmanaged.passRetained(counts).toOpaque(), countingEnded)
        for index in 0..<2 {
            let source = try Element("audiotestsrc", ["is-live": true, "samplesperbuffer": .int(441)])
            let payloader = try Element(
                "rtpL16pay", ["pt": .uint(96 + UInt32(index)), "ssrc": .uint(7 + UInt32(index))])
            try await pipeline.chain([source, payloader])
            try payloader.pad("src").link(to: try funnel.requestPad("sink_\(index)"))
        }
        try await pipeline.play()
        try await eventually("a hundred packets") {
            let count = counts.buffers.load(ordering: .relaxed)
            return (count >= 100, "\(count)")
        }
        await pipeline.stop()
        return counts
    }

    @Test("a segment that says nothing new passes once, however often senders alternate")
    func repeats() async throws {
        let bare = try await run(filtered: false)
        #expect(bare.segments.load(ordering: .relaxed) > 20, "a funnel that does not repeat segments needs no filter")
        let filtered = try await run(filtered: true)
        #expect(filtered.segments.load(ordering: .relaxed) == 1)
        #expect(filtered.starts.load(ordering: .relaxed) == bare.starts.load(ordering: .relaxed))
    }
}

// File-scope: GStreamer's streaming threads call these.
private func counted(
    pad: UnsafeMutablePointer<GstPad>?, info: UnsafeMutablePointer<GstPadProbeInfo>?, data: gpointer?
) -> GstPadProbeReturn {
    guard let info, let data else { return GST_PAD_PROBE_OK }
    let counts = Unmanaged<SegmentFilterTests.Counts>.fromOpaque(data).takeUnretainedValue()
    if loco_probe_is_event(info) == 0 {
        counts.buffers.add(1, ordering: .relaxed)
    } else if let event = gst_pad_probe_info_get_event(info) {
        if loco_event_type(event) == GST_EVENT_SEGMENT { counts.segments.add(1, ordering: .relaxed) }
        if loco_event_type(event) == GST_EVENT_STREAM_START { counts.starts.add(1, ordering: .relaxed) }
    }
    return GST_PAD_PROBE_OK
}

private func countingEnded(data: gpointer?) {
    if let data { Unmanaged<SegmentFilterTests.Counts>.fromOpaque(data).release() }
}
