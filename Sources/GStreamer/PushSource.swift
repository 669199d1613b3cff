import CGStreamer
import Synchronization

/// Where Swift feeds a pipeline that has no thread of its own for it: a pad through which the threads of a ``PushCrew``
/// push. Never blocks the caller.
public final class PushSource: @unchecked Sendable {
    // @unchecked Sendable: what is not locked is touched within a push alone, of which there is one at a time.

    /// A reference to a `GstSample`, which does not change.
    private struct Held: @unchecked Sendable { let sample: OpaquePointer }

    private struct State {
        var waiting: [Held] = []
        /// Whether it is on the crew's list or being pushed.
        var isScheduled = false
        var isClosed = false
    }

    private let pad: Pad
    private let name: String
    private let crew: PushCrew
    private let state = Mutex(State())
    private var caps: UnsafeMutablePointer<GstCaps>?

    /// Makes a live, time-based source.
    ///
    /// - Parameters:
    ///   - name: of its stream.
    ///   - crew: whose threads push.
    public init(name: String, crew: PushCrew = .viewers) {
        self.name = name
        self.crew = crew
        let pad = gst_pad_new("src", GST_PAD_SRC)!
        gst_object_ref_sink(pad)
        LiveObjects.track(UnsafeMutableRawPointer(pad))
        self.pad = Pad(owning: pad)
        gst_pad_set_query_function_full(pad, latencyAsked, nil, nil)
        gst_pad_set_active(pad, 1)
    }

    /// Links it to where samples go. Elements there must run before the first sample.
    ///
    /// - Throws: `linkFailed`.
    public func link(to sink: Pad) throws(GStreamerError) { try pad.link(to: sink) }

    /// Samples waiting to be pushed.
    public var queued: UInt64 { state.withLock { UInt64($0.waiting.count) } }

    /// Queues a sample by reference; changed capabilities go ahead of it.
    ///
    /// - Returns: whether it was taken: false once closed.
    @discardableResult
    public func push(_ sample: borrowing Sample) -> Bool {
        let held = Held(sample: gst_sample_ref(sample.sample))
        let outcome = state.withLock { state -> (isTaken: Bool, schedules: Bool) in
            guard !state.isClosed else { return (false, false) }
            state.waiting.append(held)
            defer { state.isScheduled = true }
            return (true, !state.isScheduled)
        }
        guard outcome.isTaken else {
            gst_sample_unref(held.sample)
            return false
        }
        if outcome.schedules { crew.schedule(self) } else { crew.look() }
        return true
    }

    /// Drops what waits and takes nothing any more. A push under way ends with its pipeline.
    public func close() {
        let dropped = state.withLock { state -> [Held] in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for held in dropped { gst_sample_unref(held.sample) }
        gst_pad_set_active(pad.pad, 0)
    }

    deinit {
        for held in state.withLock({ $0.waiting }) { gst_sample_unref(held.sample) }
        if let caps { gst_caps_unref(caps) }
    }

    /// Pushes what waits, on a thread of the crew.
    func carry() {
        while let held = next() {
            carry(held.sample)
            gst_sample_unref(held.sample)
        }
    }

    private func next() -> Held? {
        state.withLock { state -> Held? in
            guard !state.waiting.isEmpty else {
                state.isScheduled = false
                return nil
            }
            return state.waiting.removeFirst()
        }
    }

    private func carry(_ sample: OpaquePointer) {
        guard let buffer = gst_sample_get_buffer(sample) else { return }
        if let new = gst_sample_get_caps(sample), new != caps { begin(new) }
        _ = gst_pad_push(pad.pad, gst_buffer_ref(buffer))
    }

    /// Tells the capabilities, and before the first that a stream begins.
    private func begin(_ new: UnsafeMutablePointer<GstCaps>) {
        let old = caps
        caps = gst_caps_ref(new)
        if old == nil { gst_pad_push_event(pad.pad, gst_event_new_stream_start(name)) }
        // Each encoder has its own, and a change from one to the next is often none.
        if old.map({ gst_caps_is_equal($0, new) == 0 }) ?? true { gst_pad_push_event(pad.pad, gst_event_new_caps(new)) }
        if let old { return gst_caps_unref(old) }
        var segment = GstSegment()
        gst_segment_init(&segment, GST_FORMAT_TIME)
        gst_pad_push_event(pad.pad, gst_event_new_segment(&segment))
    }
}

// File-scope: GStreamer's threads call this.
private func latencyAsked(
    pad: UnsafeMutablePointer<GstPad>?, parent: UnsafeMutablePointer<GstObject>?, query: UnsafeMutablePointer<GstQuery>?
) -> gboolean {
    guard let query, loco_query_type(query) == GST_QUERY_LATENCY else {
        return gst_pad_query_default(pad, parent, query)
    }
    // Timestamps are the capture's: latency beyond none would be waited for downstream.
    gst_query_set_latency(query, 1, 0, loco_clock_time_none())
    return 1
}
