import GStreamer
import Logging
import Synchronization

/// Captures what the guest plays, in a pipeline of its own: a missing sound server never delays the picture.
public actor AudioCapture {
    private let server: String
    private let device: String
    private let logger: Logger
    private let levels: @Sendable (AudioLevel) -> Void
    private var running: Task<Void, Never>?

    /// A capture that does nothing until started.
    ///
    /// - Parameters:
    ///   - server: the PulseAudio server, such as `unix:/run/loco/pulse.sock`.
    ///   - device: the source, such as `loco.monitor`.
    ///   - levels: gets a measurement ten times a second.
    public init(
        server: String, device: String, logger: Logger, levels: @escaping @Sendable (AudioLevel) -> Void
    ) {
        self.server = server
        self.device = device
        self.logger = logger
        self.levels = levels
    }

    /// Starts capturing, and starts again with growing pauses (up to 5 s) while the sound server is away.
    ///
    /// - Parameter samples: gets interleaved 16-bit stereo at 48 kHz, on the streaming thread.
    /// - Throws: `GStreamerError.missingElement` where a plugin is absent.
    public func start(samples: @escaping @Sendable (consuming Sample) -> Void) throws {
        try Runtime.require(["pulsesrc", "audioconvert", "level", "appsink", "capsfilter"])
        running = Task { [weak self] in
            var pause = Duration.milliseconds(250)
            while !Task.isCancelled {
                guard let outcome = await self?.runOnce(samples) else { return }
                if Task.isCancelled { return }
                if outcome.played { pause = .milliseconds(250) }
                self?.logger.warning("sound capture interrupted: \(outcome.reason)", metadata: ["retry": "\(pause)"])
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    /// Stops capturing and releases everything.
    public func stop() async {
        running?.cancel()
        await running?.value
        running = nil
    }

    /// Runs one pipeline until it fails or the task is cancelled.
    private func runOnce(_ samples: @escaping @Sendable (consuming Sample) -> Void) async -> (
        played: Bool, reason: String
    ) {
        let pipeline: Pipeline
        do {
            pipeline = try Pipeline("sound")
            try await pipeline.chain(Self.elements(server: server, device: device, samples: samples))
        } catch { return (false, "\(error)") }
        return await withTaskCancellationHandler {
            do { try await pipeline.play(within: 5) } catch {
                await pipeline.stop()
                return (false, "\(error)")
            }
            var reason = "stopped"
            for await message in pipeline.messages {
                if case .element(_, let structure) = message, let level = AudioLevel(structure) { levels(level) }
                if case .error(let source, let text, _) = message {
                    reason = "\(source): \(text)"
                    break
                }
            }
            await pipeline.stop()
            return (true, reason)
        } onCancel: {
            Task { await pipeline.stop() }
        }
    }

    private static func elements(
        server: String, device: String, samples: @escaping @Sendable (consuming Sample) -> Void
    ) throws(GStreamerError) -> [Element] {
        let source = try Element(
            "pulsesrc",
            [
                "server": .string(server), "device": .string(device), "client-name": "loco-node",
                "provide-clock": false, "do-timestamp": false,
                // Microseconds: what one read holds, and what may wait in between.
                "latency-time": .int64(10_000), "buffer-time": .int64(60_000),
            ])
        let format = Caps(
            "audio/x-raw",
            [
                "format": "S16LE", "rate": .int(48000), "channels": .int(2), "layout": "interleaved",
            ])
        let gate = Mutex(SoundGate())
        let sink = try AppSink { sample in
            let silent = sample.withView { $0.withBytes(SoundGate.isSilent) } ?? false
            let now = sample.timestamp ?? Runtime.now()
            if gate.withLock({ $0.passes(isSilent: silent, at: now) }) { samples(sample) }
        }
        return [
            source, try Element("capsfilter", ["caps": .caps(format)]),
            try Element("level", ["interval": .uint64(100_000_000), "post-messages": true]), sink,
        ]
    }
}
