import GStreamer
import Logging
import Synchronization

/// Which implementation encodes each codec: the first that is installed and works. One that fails later is passed over
/// from then on, with its reason.
public final class EncoderChoice: Sendable {
    /// An implementation that is installed or was tried, and is not used.
    public struct PassedOver: Sendable, Equatable {
        /// The element, such as `vah264enc`.
        public let element: String
        /// What it was that failed.
        public let reason: String
    }

    /// Tries an implementation; throws what stands in its way.
    typealias Trial = @Sendable (VideoEncoder) async throws -> Void

    private struct State {
        var failed: [VideoEncoder: String] = [:]
        var tried: Set<VideoEncoder> = []
    }

    private let installed: [VideoEncoder]
    private let trial: Trial
    private let logger: Logger
    private let state = Mutex(State())

    /// A choice among what is installed.
    public convenience init(logger: Logger) {
        self.init(installed: VideoEncoder.allCases.filter(\.isAvailable), logger: logger, trial: Self.encodeFrames)
    }

    init(installed: [VideoEncoder], logger: Logger, trial: @escaping Trial) {
        self.installed = installed
        self.logger = logger
        self.trial = trial
    }

    /// Tries the hardware implementations: that a plugin is installed does not say that there is a device it can use.
    /// Software that is installed works.
    public func prove() async {
        for encoder in installed where encoder.isHardware {
            guard state.withLock({ $0.tried.insert(encoder).inserted }) else { continue }
            do { try await trial(encoder) } catch { reject(encoder, reason: "\(error)") }
        }
    }

    /// The implementation to use; nil where none is left.
    public func best(for codec: VideoCodec) -> VideoEncoder? {
        state.withLock { state in
            installed.first { $0.codec == codec && state.failed[$0] == nil }
        }
    }

    /// Passes the implementation over from now on, unless it is the codec's last: that one is tried again.
    ///
    /// - Returns: whether another is left.
    @discardableResult
    public func reject(_ encoder: VideoEncoder, reason: String) -> Bool {
        let isReplaceable = state.withLock { state in
            let others = installed.contains {
                $0 != encoder && $0.codec == encoder.codec && state.failed[$0] == nil
            }
            if others { state.failed[encoder] = reason }
            return others
        }
        if isReplaceable {
            logger.warning("encoder passed over", metadata: ["element": "\(encoder.element)", "reason": "\(reason)"])
        }
        return isReplaceable
    }

    /// What is not used for a codec, and why, in order of preference.
    public func passedOver(for codec: VideoCodec) -> [PassedOver] {
        state.withLock { state in
            installed.compactMap { encoder in
                guard encoder.codec == codec, let reason = state.failed[encoder] else { return nil }
                return PassedOver(element: encoder.element, reason: reason)
            }
        }
    }

    /// Encodes some frames of a test picture.
    private static func encodeFrames(_ encoder: VideoEncoder) async throws {
        let (frames, continuation) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let raw = Caps(
            "video/x-raw",
            ["format": "I420", "width": .int(320), "height": .int(240), "framerate": .fraction(30, 1)])
        let sink = try AppSink { continuation.yield($0.size) }
        let pipeline = try Pipeline("try-\(encoder.rawValue)")
        try await pipeline.chain(
            [
                try Element("videotestsrc", ["num-buffers": .int(5), "is-live": true]),
                try Element("capsfilter", ["caps": .caps(raw)]),
            ] + EncoderSettings.video(encoder, bitrate: 500, rate: 30) + [sink])
        do { try await pipeline.play(within: 3) } catch {
            await pipeline.stop()
            throw error
        }
        let deadline = Task {
            try? await Task.sleep(for: .seconds(3))
            continuation.finish()
        }
        var size: Int?
        for await frame in frames {
            size = frame
            break
        }
        deadline.cancel()
        await pipeline.stop()
        guard let size, size > 0 else {
            throw GStreamerError.timedOut(operation: "the first frame of \(encoder.element)")
        }
    }
}
