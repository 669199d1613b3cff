import GStreamer
import Synchronization
import TestSupport

/// Single raw frames, made by a pipeline that lives for one of them only.
enum TestFrame {
    /// One frame of that format and size.
    static func make(format: String = "I420", width: Int32, height: Int32) async throws -> Sample {
        try await Box().make(format: format, width: width, height: height)
    }

    private final class Box: Sendable {
        private let kept = Mutex(Kept())

        private struct Kept: ~Copyable { var sample: Sample? }

        func make(format: String, width: Int32, height: Int32) async throws -> Sample {
            let source = try Element("videotestsrc", ["num-buffers": 1])
            let caps = Caps(
                "video/x-raw",
                [
                    "format": .string(format), "width": .int(width), "height": .int(height),
                    "framerate": .fraction(30, 1),
                ])
            let sink = try AppSink(caps: caps) { sample in
                let sample = sample
                self.kept.withLock { $0.sample = sample.copy() }
            }
            let pipeline = try Pipeline("frame")
            try await pipeline.chain([source, sink])
            try await pipeline.play()
            try await eventually("a frame of \(width)x\(height)") {
                (kept.withLock { $0.sample != nil }, "none yet")
            }
            await pipeline.stop()
            return kept.withLock { $0.sample.take()! }
        }
    }
}
