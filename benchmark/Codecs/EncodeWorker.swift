import Foundation
import GStreamer
import Logging
import Pipelines
import Synchronization

/// One guest's way from the screen to an encoded stream, by the project's own capture, gate, encoder and outlet.
struct EncodeWorker {
    private let capture: X11Capture
    private let encoder: Pipelines.Encoder
    private let meter: EncodeMeter
    private let writer: UnitWriter
    private let sampler = LumaSampler()
    private let size: FrameSize
    private let element: String
    private let failure = FirstFailure()

    init(
        _ choice: CodecEncoder, display: String, width: Int, height: Int, rate: Int, bitrate: Int, meter: EncodeMeter,
        writer: UnitWriter
    ) async throws {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let failure = failure
        size = FrameSize(width: width, height: height)
        element = choice.element
        self.meter = meter
        self.writer = writer
        let capture = X11Capture(
            display: display, rate: rate, logger: logger,
            states: { state in if case .ended(let reason) = state { failure.note("\(reason)") } },
            observer: { time, changed, _ in meter.grabbed(at: time, changed: changed) })
        self.capture = capture
        encoder = try await Pipelines.Encoder(
            .init(measuring: choice.element, elements: choice.elements(bitrate: bitrate, rate: rate)), times: nil,
            logger: logger, onKeyframeDue: { capture.passFrame(at: $0) })
    }

    /// Begins to stream, and tells so.
    ///
    /// - Throws: `GStreamerError` where the encoder does not start, `CaptureError`, `BenchError.childFailed` where the
    ///   picture has another size.
    func start() async throws {
        let (encoder, meter, sampler, writer, failure, size) = (encoder, meter, sampler, writer, failure, size)
        try await encoder.start { failure.note($0) }
        encoder.broadcaster.add(Outlet(source: writer, queueLimit: UnitWriter.limit))
        try await capture.start(
            frames: { sample in
                let stamp = sample.timestamp ?? Runtime.now()
                // Ahead of the encoded frame, or the other side would not keep that.
                if let luma = sampler.take(sample, at: stamp) { writer.put(UnitRecord(luma, at: stamp)) }
                meter.fed(stamp)
                encoder.feed(sample)
            },
            sizes: { if $0 != size { failure.note("the picture is \($0), not \(size)") } })
        let deadline = ContinuousClock.now + .seconds(15)
        while encoder.broadcaster.counters.published == 0 {
            try failure.check()
            guard ContinuousClock.now < deadline else {
                throw BenchError.childFailed(what: element, reason: "no frame came within 15 s")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        writer.put(try UnitRecord(CodecLine(isReady: true)))
    }

    /// Measures over a window, and tells what it cost.
    func measure(seconds: Double) async throws {
        let cost = try await meter.window(.seconds(seconds))
        try failure.check()
        writer.put(try UnitRecord(CodecLine(cost: cost)))
    }

    /// Sends raw frames along over a window, and tells its end.
    func compare(seconds: Double) async throws {
        sampler.begin(over: UInt64(seconds * 1e9))
        // On a still screen too there is a frame to look at.
        capture.passFrame(at: 0)
        try await Task.sleep(for: .seconds(seconds))
        sampler.end()
        try failure.check()
        writer.put(try UnitRecord(CodecLine(quality: [])))
    }

    func stop() async {
        await capture.stop()
        await encoder.stop()
    }
}
