import Foundation
import GStreamer
import Logging
import Synchronization

/// Captures what the guest plays, on a thread of its own: a missing sound server never delays the picture.
public actor AudioCapture {
    private let pipe: String
    private let logger: Logger
    private let levels: @Sendable (AudioLevel) -> Void
    private nonisolated let heartbeat = Atomic<UInt64>(0)
    private var running: Task<Void, Never>?

    /// A capture that does nothing until started.
    ///
    /// - Parameters:
    ///   - pipe: the path of the pipe that the guest's sound server writes to: interleaved 16-bit stereo at 48 kHz.
    ///   - levels: gets a measurement ten times a second, on the capture's thread.
    public init(pipe: String, logger: Logger, levels: @escaping @Sendable (AudioLevel) -> Void) {
        self.pipe = pipe
        self.logger = logger
        self.levels = levels
    }

    /// When the sound server delivered something last, silent or not, in nanoseconds of `CLOCK_MONOTONIC`; nil before the
    /// first time.
    public nonisolated var lastDelivery: UInt64? {
        let time = heartbeat.load(ordering: .relaxed)
        return time == 0 ? nil : time
    }

    /// Starts capturing, and starts again with growing pauses (up to 2 s) while the sound server is away.
    ///
    /// - Parameters:
    ///   - isHeard: asked with each reading whether somebody listens: only then sound is handed on, and without delay.
    ///   - samples: gets interleaved 16-bit stereo at 48 kHz, on the capture's thread.
    public func start(
        isHeard: @escaping @Sendable () -> Bool, samples: @escaping @Sendable (consuming Sample) -> Void
    ) {
        guard running == nil else { return }
        let reader = SoundReader(samples: samples, levels: levels)
        running = Task { [weak self, logger] in
            var pause = Duration.milliseconds(100)
            while !Task.isCancelled {
                let began = ContinuousClock.now
                guard let reason = await self?.record(reader, isHeard) else { return }
                if Task.isCancelled { return }
                if .now - began > .seconds(10) { pause = .milliseconds(100) }
                logger.warning("sound capture interrupted: \(reason)", metadata: ["retry": "\(pause)"])
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    /// Stops capturing, waits for the thread and releases everything.
    public func stop() async {
        running?.cancel()
        await running?.value
        running = nil
    }

    /// Reads until the server ends or hangs, or the task is cancelled; tells why.
    private func record(_ reader: SoundReader, _ isHeard: @escaping @Sendable () -> Bool) async -> CaptureError {
        let source: SoundPipe
        do { source = try SoundPipe(path: pipe) } catch { return error }
        let control = CaptureControl(rate: 0)
        let (stream, continuation) = AsyncStream.makeStream(of: CaptureError.self)
        let thread = Thread { [self] in
            // From within: a name given before the start never reaches the kernel, and with it `top`.
            Thread.current.name = "sound-capture"
            let reason = source.run(wake: control.descriptor, isStopped: { control.isStopped }) { bytes, now in
                heartbeat.store(now, ordering: .relaxed)
                return reader.take(bytes, isHeard: isHeard(), at: now)
            }
            continuation.yield(reason)
            continuation.finish()
        }
        thread.start()
        return await withTaskCancellationHandler {
            // Not the task's own iteration, which a cancellation would end before the thread has.
            await Task { await stream.first { _ in true } }.value ?? .noFrame
        } onCancel: {
            control.stop()
        }
    }
}
