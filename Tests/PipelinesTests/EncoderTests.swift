import GStreamer
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Pipelines

@Suite("Encoders", .serialized, .timeLimit(.minutes(1)))
struct EncoderTests {
    init() throws { try Runtime.start() }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test(
        "Keyframes come on request only, with timestamps that are absolute times", arguments: VideoEncoder.allCases)
    func keyframes(_ implementation: VideoEncoder) async throws {
        #expect(implementation.isAvailable)
        let encoder = try await Encoder(
            name: "test", element: "test",
            elements: EncoderSettings.video(implementation, bitrate: 1000, rate: 30), queueLimit: 100, logger: logger,
            onKeyframeDue: { _ in })
        try await encoder.start { _ in }
        let received = Mutex<[(keyframe: Bool, late: Double)]>([])
        let source = try AppSrc()
        let sink = try AppSink { sample in
            let age = sample.timestamp.map { Double(Runtime.now()) - Double($0) } ?? .infinity
            received.withLock { $0.append((sample.isKeyframe, age / 1e9)) }
        }
        let viewer = try Pipeline("viewer")
        try await viewer.chain([source, sink])
        try await viewer.play()
        _ = encoder.broadcaster.add(source)
        let frames = Frames()
        try await frames.start { encoder.feed($0) }
        try await eventually("fifty frames") {
            (received.withLock { $0.count } >= 50, "\(received.withLock { $0.count })")
        }
        #expect(received.withLock { $0.first?.keyframe } == true)
        // The first frame and the joiner's request; the encoder adds none of its own.
        let before = encoder.broadcaster.counters.keyframes
        #expect(before <= 2)
        encoder.requestKeyframe()
        try await eventually("one more keyframe") {
            (encoder.broadcaster.counters.keyframes == before + 1, "\(encoder.broadcaster.counters)")
        }
        #expect(received.withLock { $0.allSatisfy { $0.late > -0.5 && $0.late < 2 } })
        await frames.stop()
        await encoder.stop()
        await viewer.stop()
    }

    @Test("A viewer that does not read loses frames up to a keyframe; the other loses none")
    func slowViewer() async throws {
        let encoder = try await Encoder(
            name: "slow", element: "vp8enc", elements: EncoderSettings.video(.vp8, bitrate: 500, rate: 30),
            queueLimit: 5, logger: logger, onKeyframeDue: { _ in })
        try await encoder.start { _ in }
        let seen = Counter()
        let quick = try AppSrc()
        let viewer = try Pipeline("quick")
        try await viewer.chain([quick, try AppSink { _ in seen.increment() }])
        try await viewer.play()
        // In no pipeline: nobody ever takes from it.
        let slow = try AppSrc()
        _ = encoder.broadcaster.add(quick)
        _ = encoder.broadcaster.add(slow)
        let frames = Frames()
        try await frames.start { encoder.feed($0) }
        try await eventually("sixty frames") { (seen.value >= 60, "\(seen.value)") }
        await frames.stop()
        await encoder.stop()
        let counters = encoder.broadcaster.counters
        #expect(slow.queued == 5)
        #expect(counters.dropped >= 50)
        // Everything from its first keyframe on: what was published, less what was published before it joined.
        #expect(UInt64(seen.value) + 2 >= counters.published)
        await viewer.stop()
    }

    @Test("A snapshot is a JPEG picture")
    func snapshot() async throws {
        let raw = RawStream(keepsLast: true)
        let frames = Frames()
        try await frames.start { raw.publish($0) }
        let (arrived, continuation) = AsyncStream.makeStream(of: Void.self)
        Task {
            while raw.last() == nil { try? await Task.sleep(for: .milliseconds(10)) }
            continuation.finish()
        }
        for await _ in arrived {}
        await frames.stop()
        let sample = raw.last()
        guard let sample else {
            Issue.record("no frame was kept")
            return
        }
        let picture = try await Snapshot.jpeg(of: sample)
        #expect(picture.prefix(3) == [0xFF, 0xD8, 0xFF])
        #expect(picture.count > 1000)
    }
}
