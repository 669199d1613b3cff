import GStreamer
import Pipelines
import Synchronization

/// Feeds raw frames of a moving test picture to whoever asks, until stopped.
actor Frames {
    private var pipeline: Pipeline?

    func start(
        width: Int32 = 320, height: Int32 = 240, pattern: String = "ball",
        _ take: @escaping @Sendable (consuming Sample) -> Void
    ) async throws {
        let source = try Element("videotestsrc", ["is-live": true, "pattern": .string(pattern)])
        let caps = Caps(
            "video/x-raw",
            [
                "format": "I420", "width": .int(width), "height": .int(height), "framerate": .fraction(30, 1),
            ])
        let pipeline = try Pipeline("frames")
        try await pipeline.chain([source, try AppSink(caps: caps, onSample: take)])
        try await pipeline.play()
        self.pipeline = pipeline
    }

    func stop() async {
        await pipeline?.stop()
        pipeline = nil
    }
}

/// A moving picture as a capture, which notes what is asked of it.
final class MovingPicture: ScreenCapture {
    let rates = Mutex<[Int]>([])
    let passes = Mutex<Int>(0)
    private let frames = Frames()
    private let size: FrameSize
    private let pattern: String
    private let taker = Mutex<(@Sendable (consuming Sample) -> Void)?>(nil)

    init(size: FrameSize = FrameSize(width: 320, height: 240), pattern: String = "ball") {
        self.size = size
        self.pattern = pattern
    }

    /// Puts a frame of the test's own among the others.
    func slip(in frame: consuming Sample) { taker.withLock { $0 }?(frame) }

    func start(
        frames take: @escaping @Sendable (consuming Sample) -> Void, sizes: @escaping @Sendable (FrameSize) -> Void
    ) async throws {
        taker.withLock { $0 = take }
        try await frames.start(width: Int32(size.width), height: Int32(size.height), pattern: pattern, take)
        sizes(size)
    }

    func setRate(_ framesPerSecond: Int) { rates.withLock { $0.append(framesPerSecond) } }
    func passFrame(at time: UInt64) { passes.withLock { $0 += 1 } }
    func stop() async { await frames.stop() }
}
