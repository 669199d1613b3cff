import TestSupport
import Testing

@testable import GStreamer

@Suite("Pipelines", .serialized, .timeLimit(.minutes(1)))
struct PipelineTests {
    init() throws { try Runtime.start() }

    @Test("A pipeline delivers samples on the monotonic clock and leaves no object behind")
    func deliversAndLeavesNothing() async throws {
        let before = LiveObjects.count
        do {
            let samples = Counter()
            let late = Counter()
            let source = try Element("videotestsrc", ["is-live": true])
            let sink = try AppSink(caps: Caps("video/x-raw", ["width": 64, "height": 48])) { sample in
                samples.increment()
                // Base time zero: the timestamp is the absolute time at which the frame was made.
                if let stamp = sample.timestamp, Runtime.now() - min(Runtime.now(), stamp) > 1_000_000_000 {
                    late.increment()
                }
            }
            let pipeline = try Pipeline("test")
            try await pipeline.chain([source, sink])
            try await pipeline.play()
            try await eventually("ten samples") { (samples.value >= 10, "\(samples.value)") }
            #expect(late.value == 0)
            await pipeline.stop()
            await pipeline.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("A probe may drop buffers, and sees none after its removal")
    func probes() async throws {
        let (seen, arrived) = (Counter(), Counter())
        let source = try Element("videotestsrc", ["is-live": true])
        let sink = try AppSink { _ in arrived.increment() }
        let pipeline = try Pipeline("probed")
        try await pipeline.chain([source, sink])
        let probe = try source.pad("src").probeBuffers { _ in
            seen.increment()
            return .drop
        }
        try await pipeline.play()
        try await eventually("three dropped buffers") { (seen.value >= 3, "\(seen.value)") }
        #expect(arrived.value == 0)
        probe.remove()
        try await eventually("a buffer that passes") { (arrived.value >= 1, "\(arrived.value)") }
        await pipeline.stop()
    }

    @Test("An element's failure is an error on the bus, and the reason of a failed start")
    func errors() async throws {
        let source = try Element("videotestsrc", ["is-live": true])
        let broken = try Element("identity", ["error-after": 2])
        let sink = try AppSink { _ in }
        let pipeline = try Pipeline("broken")
        try await pipeline.chain([source, broken, sink])
        try await pipeline.play()
        var failure: BusMessage?
        for await message in pipeline.messages {
            if case .error = message {
                failure = message
                break
            }
        }
        guard case .error(_, let text, _) = failure else {
            Issue.record("the bus ended without an error")
            return
        }
        #expect(text.contains("Failed") || !text.isEmpty)
        await pipeline.stop()
        await #expect(throws: GStreamerError.self) { try await pipeline.play() }
    }

    @Test("A sample crosses from one pipeline to another by reference, with its caps")
    func crossing() async throws {
        let received = Counter()
        let target = try AppSrc()
        let end = try AppSink { sample in if sample.caps?["width"] == .int(64) { received.increment() } }
        let second = try Pipeline("second")
        try await second.chain([target, end])
        try await second.play()
        let source = try Element("videotestsrc", ["is-live": true])
        let handover = try AppSink(caps: Caps("video/x-raw", ["width": 64, "height": 48])) { target.push($0) }
        let first = try Pipeline("first")
        try await first.chain([source, handover])
        try await first.play()
        try await eventually("samples in the second pipeline") { (received.value >= 3, "\(received.value)") }
        await first.stop()
        await second.stop()
        #expect(target.queued <= 1)
    }
}
