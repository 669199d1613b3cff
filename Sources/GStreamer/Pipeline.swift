import CGStreamer
import Foundation
import Synchronization

/// A pipeline on the system's monotonic clock with base time zero, so that a buffer's timestamp is an absolute time
/// which stays valid when it crosses from one pipeline to another.
///
/// State changes run on an executor of the pipeline's own and are awaited: a pipeline is stopped by `stop()`, never by
/// being forgotten.
public actor Pipeline {
    /// The pipeline's name in logs and graphs.
    public nonisolated let name: String
    /// What the bus reports; the newest 64 are kept while nobody reads. Ends when the pipeline stops.
    public nonisolated let messages: AsyncStream<BusMessage>

    /// The pipeline's own executor: its state changes may block.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let executor: PipelineExecutor
    private let bin: Element
    private let bus: Bus
    private var elements: [Element] = []
    private var stopped = false

    /// An empty pipeline.
    ///
    /// - Throws: `missingElement` where GStreamer has not been started.
    public init(_ name: String) throws(GStreamerError) {
        guard let pointer = gst_pipeline_new(name) else { throw .missingElement(factory: "pipeline", package: nil) }
        let raw = UnsafeMutableRawPointer(gst_object_ref_sink(pointer)!)
        LiveObjects.track(raw)
        self.name = name
        bin = Element(owning: raw)
        executor = PipelineExecutor(label: "loco.pipeline.\(name)")
        bus = Bus(of: bin)
        messages = bus.messages
        let clock = gst_system_clock_obtain()
        gst_pipeline_use_clock(raw.assumingMemoryBound(to: GstPipeline.self), clock)
        gst_object_unref(clock)
        gst_element_set_start_time(bin.element, loco_clock_time_none())
        gst_element_set_base_time(bin.element, 0)
    }

    /// Adds elements and links each to the next.
    ///
    /// - Throws: `linkFailed`.
    public func chain(_ chain: [Element]) throws(GStreamerError) {
        try add(chain)
        for (source, sink) in zip(chain, chain.dropFirst()) { try source.link(to: sink) }
    }

    /// Adds elements without linking them.
    public func add(_ added: [Element]) throws(GStreamerError) {
        let bin = self.bin.pointer.assumingMemoryBound(to: GstBin.self)
        for element in added {
            guard gst_bin_add(bin, element.element) != 0 else { throw .linkFailed(source: name, sink: element.name) }
            elements.append(element)
        }
    }

    /// Starts the pipeline and waits until it plays.
    ///
    /// - Throws: `stateChangeFailed` with the bus's first error.
    public func play(within seconds: Double = 10) throws(GStreamerError) {
        try change(to: GST_STATE_PLAYING, named: "PLAYING", within: seconds)
    }

    /// Brings the pipeline to READY: devices open, no data.
    ///
    /// - Throws: `stateChangeFailed` with the bus's first error.
    public func prepare(within seconds: Double = 10) throws(GStreamerError) {
        try change(to: GST_STATE_READY, named: "READY", within: seconds)
    }

    /// Stops all streaming, releases the elements and ends `messages`. Safe to call twice.
    public func stop() {
        guard !stopped else { return }
        stopped = true
        // Flushing the bus first: queued messages hold references to elements and their file descriptors.
        bus.close()
        gst_element_set_state(bin.element, GST_STATE_NULL)
        gst_element_get_state(bin.element, nil, nil, 5 * 1_000_000_000)
        elements.removeAll()
    }

    /// Recomputes the latency that sinks add, after a `latencyChanged` message.
    public func distributeLatency() {
        gst_bin_recalculate_latency(bin.pointer.assumingMemoryBound(to: GstBin.self))
    }

    /// The pipeline's graph in Graphviz's language, for failure reports.
    public func graph() -> String {
        let text = gst_debug_bin_to_dot_data(
            bin.pointer.assumingMemoryBound(to: GstBin.self), GST_DEBUG_GRAPH_SHOW_ALL)
        guard let text else { return "" }
        defer { g_free(text) }
        return String(cString: text)
    }

    private func change(to state: GstState, named: String, within seconds: Double) throws(GStreamerError) {
        guard !stopped else { throw .stateChangeFailed(pipeline: name, state: named, reason: "it has been stopped") }
        var result = gst_element_set_state(bin.element, state)
        if result == GST_STATE_CHANGE_ASYNC {
            result = gst_element_get_state(bin.element, nil, nil, GstClockTime(seconds * 1_000_000_000))
        }
        switch result {
        case GST_STATE_CHANGE_SUCCESS, GST_STATE_CHANGE_NO_PREROLL: return
        case GST_STATE_CHANGE_ASYNC: throw .timedOut(operation: "pipeline '\(name)' to \(named)")
        default: throw .stateChangeFailed(pipeline: name, state: named, reason: bus.firstError)
        }
    }
}
