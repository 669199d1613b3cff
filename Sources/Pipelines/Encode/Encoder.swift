import GStreamer
import Logging

/// One running encoder in a pipeline of its own: raw samples in, an encoded stream out to a broadcaster. It knows
/// nothing of where samples come from, so a capture may be replaced while viewers watch.
actor Encoder {
    /// Where the encoded stream is handed out.
    nonisolated let broadcaster: Broadcaster
    /// The element that encodes, such as `x264enc`.
    nonisolated let element: String
    private nonisolated let source: AppSrc
    private nonisolated let sink: AppSink
    private nonisolated let demand: KeyframeDemand
    private let pipeline: Pipeline
    private let logger: Logger
    private var watch: Task<Void, Never>?

    /// Builds the pipeline.
    ///
    /// - Parameters:
    ///   - name: for logs, such as `full/h264`.
    ///   - element: the one that encodes, for health.
    ///   - elements: between raw and encoded.
    ///   - queueLimit: frames that may wait for one viewer.
    ///   - onKeyframeDue: see ``KeyframeDemand``.
    init(
        name: String, element: String, elements: [Element], queueLimit: UInt64, logger: Logger,
        onKeyframeDue: @escaping @Sendable (UInt64) -> Void
    ) async throws {
        let demand = KeyframeDemand(onRequest: onKeyframeDue)
        let broadcaster = Broadcaster(queueLimit: queueLimit, demand: demand)
        self.element = element
        self.demand = demand
        self.broadcaster = broadcaster
        self.logger = logger
        source = try AppSrc(name: "raw")
        // Two raw frames may wait, so that one late wake-up of the encoder costs no frame; more would only add delay.
        try source.set("max-buffers", .uint64(2))
        try source.set("leaky-type", "downstream")
        sink = try AppSink { sample in broadcaster.publish(sample) }
        pipeline = try Pipeline("encode-\(name)")
        try await pipeline.chain([source] + elements + [sink])
    }

    /// Starts encoding.
    ///
    /// - Throws: `GStreamerError.stateChangeFailed` where the encoder does not start.
    func start(onFailure: @escaping @Sendable (String) -> Void) async throws {
        try await pipeline.play()
        watch = Task { [pipeline, logger] in
            for await message in pipeline.messages {
                switch message {
                case .error(let source, let text, _):
                    logger.error("encoder failed: \(source): \(text)", metadata: ["pipeline": "\(pipeline.name)"])
                    onFailure(text)
                case .warning(let source, let text):
                    logger.warning("\(source): \(text)", metadata: ["pipeline": "\(pipeline.name)"])
                default: break
                }
            }
        }
    }

    /// Feeds one raw sample; called on the capture's streaming thread, never blocks.
    nonisolated func feed(_ sample: borrowing Sample) {
        if demand.take(at: sample.timestamp ?? Runtime.now()) { sink.requestKeyframe() }
        source.push(sample)
    }

    /// Asks for a keyframe with the next frame.
    nonisolated func requestKeyframe() { demand.request() }

    func stop() async {
        await pipeline.stop()
        await watch?.value
        watch = nil
    }
}
