import GStreamer
import Pipelines

/// A moving picture without a guest, for tests of what comes after the capture.
actor TestPattern: ScreenCapture {
    private var pipeline: Pipeline?
    private let size = FrameSize(width: 320, height: 240)
    private let pattern: String

    /// - Parameter pattern: one of `videotestsrc`'s.
    init(_ pattern: String = "ball") { self.pattern = pattern }

    func start(
        frames: @escaping @Sendable (consuming Sample) -> Void, sizes: @escaping @Sendable (FrameSize) -> Void
    ) async throws {
        let source = try Element("videotestsrc", ["is-live": true, "pattern": .string(pattern)])
        let caps = Caps(
            "video/x-raw",
            [
                "format": "I420", "width": .int(Int32(size.width)), "height": .int(Int32(size.height)),
                "framerate": .fraction(30, 1),
            ])
        let sink = try AppSink(caps: caps, onSample: frames)
        let pipeline = try Pipeline("pattern")
        try await pipeline.chain([source, sink])
        try await pipeline.play()
        self.pipeline = pipeline
        sizes(size)
    }

    func setRate(_ framesPerSecond: Int) {}
    nonisolated func passFrame(at time: UInt64) {}

    func stop() async {
        await pipeline?.stop()
        pipeline = nil
    }
}
