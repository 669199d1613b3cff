import GStreamer
import Logging
import Probe
import Synchronization

/// One running encoder in a pipeline of its own: raw samples in, an encoded stream out to a broadcaster. It knows
/// nothing of where samples come from, so a capture may be replaced while viewers watch.
package actor Encoder {
    /// What an encoder is made of.
    package struct Recipe {
        /// For logs, such as `full/h264`.
        var name: String
        /// What encodes, for health.
        var element: String
        /// Between raw and encoded.
        var elements: [Element]
        /// Frames per second at most; nil for all that come.
        var framesPerSecond: Int?
        /// Scales raw frames; nil to leave them.
        var scaler: Scaler?
        /// Sets the bitrate of the running encoder, in kbit/s; nil where it is fixed.
        var setBitrate: (@Sendable (Int) -> Void)?
    }

    private struct Feed {
        var thinner: FrameThinner?
        var capsIdentity: UInt = 0
        var lastTimestamp: UInt64 = 0
    }

    /// Where the encoded stream is handed out.
    package nonisolated let broadcaster: Broadcaster
    /// The element that encodes, such as `x264enc`.
    nonisolated let element: String
    private nonisolated let source: AppSrc
    private nonisolated let sink: AppSink
    private nonisolated let demand: KeyframeDemand
    private nonisolated let scaler: Scaler?
    private nonisolated let state: Mutex<Feed>
    private nonisolated let fedAt: FrameTimes
    private nonisolated let adjust: (@Sendable (Int) -> Void)?
    private let pipeline: Pipeline
    private let logger: Logger
    private var watch: Task<Void, Never>?

    /// Builds the pipeline.
    ///
    /// - Parameters:
    ///   - times: where encoding times are recorded; nil for nowhere, as for sound.
    ///   - onKeyframeDue: see ``KeyframeDemand``.
    package init(
        _ recipe: Recipe, times: StageTimes?, logger: Logger, onKeyframeDue: @escaping @Sendable (UInt64) -> Void
    ) async throws {
        let demand = KeyframeDemand(onRequest: onKeyframeDue)
        let broadcaster = Broadcaster(demand: demand)
        let fedAt = FrameTimes()
        element = recipe.element
        scaler = recipe.scaler
        adjust = recipe.setBitrate
        state = Mutex(Feed(thinner: recipe.framesPerSecond.map(FrameThinner.init)))
        self.demand = demand
        self.broadcaster = broadcaster
        self.fedAt = fedAt
        self.logger = logger
        source = try AppSrc(name: "raw")
        // Two raw frames may wait, so that one late wake-up of the encoder costs no frame; more would only add delay.
        try source.set("max-buffers", .uint64(2))
        try source.set("leaky-type", "downstream")
        sink = try AppSink { sample in
            if let times, let fed = sample.timestamp.flatMap(fedAt.time) {
                times.encode.record(from: fed, to: Runtime.now())
            }
            broadcaster.publish(sample)
        }
        pipeline = try Pipeline("encode-\(recipe.name)")
        try await pipeline.chain([source] + (recipe.scaler?.elements ?? []) + recipe.elements + [sink])
    }

    /// Starts encoding.
    ///
    /// - Throws: `GStreamerError.stateChangeFailed` where the encoder does not start.
    package func start(onFailure: @escaping @Sendable (String) -> Void) async throws {
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

    /// Feeds one raw sample; called on the capture's streaming thread, and by whoever shows the last one again. Never
    /// waits but for the other of the two.
    package nonisolated func feed(_ sample: borrowing Sample) {
        let stamp = sample.timestamp ?? Runtime.now()
        let isDemanded = demand.take(at: stamp)
        let identity = sample.capsIdentity
        state.withLock { state in
            guard state.thinner?.passes(at: stamp, demanded: isDemanded) ?? true else { return }
            let isNew = identity != state.capsIdentity
            state.capsIdentity = identity
            // The last frame shown again bears a later time than one that was being grabbed meanwhile.
            state.lastTimestamp = max(stamp, state.lastTimestamp + 1)
            let due = state.lastTimestamp
            if isNew, let scaler, let caps = sample.caps { scaler.adapt(to: caps) }
            if isDemanded { sink.requestKeyframe() }
            fedAt.mark(due, at: Runtime.now())
            // Within the lock, for it never blocks: the two who feed must not queue their frames in the wrong order.
            if due == stamp { source.push(sample) } else { source.push(sample.restamped(at: due)) }
        }
    }

    /// Asks for a keyframe with the next frame.
    ///
    /// - Parameter atOnce: also where the last one was less than half a second ago.
    nonisolated func requestKeyframe(atOnce: Bool = false) { demand.request(atOnce: atOnce) }

    /// Changes the bitrate of the running encoder, in kbit/s.
    nonisolated func setBitrate(_ bitrate: Int) { adjust?(bitrate) }

    package func stop() async {
        await pipeline.stop()
        await watch?.value
        watch = nil
    }
}

extension Encoder.Recipe {
    /// An encoder of all frames that come, as they are, with a fixed bitrate: for measuring one.
    ///
    /// - Parameters:
    ///   - element: what encodes.
    ///   - elements: between raw and encoded.
    package init(measuring element: String, elements: [Element]) {
        self.init(name: "measured-\(element)", element: element, elements: elements)
    }
}
