import GStreamer
import Logging
import Probe
import TestSupport
import Testing

@testable import Pipelines

@Suite("Encoders", .serialized, .timeLimit(.minutes(1)))
struct EncoderTests {
    init() throws { try Runtime.start() }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test(
        "Keyframes come on request only, with timestamps that are absolute times",
        arguments: [VideoEncoder.x264, .openh264, .vp8])
    func keyframes(_ implementation: VideoEncoder) async throws {
        #expect(implementation.isAvailable)
        let times = StageTimes()
        let encoder = try await encoder(implementation, bitrate: 1000, times: times)
        let viewer = try await Watcher(queueLimit: 100)
        encoder.broadcaster.add(viewer.outlet)
        let frames = Frames()
        try await frames.start { encoder.feed($0) }
        try await viewer.more(50)
        #expect(viewer.units.first?.isKeyframe == true)
        // The first frame and the joiner's request; the encoder adds none of its own.
        let before = encoder.broadcaster.counters.keyframes
        #expect(before <= 2)
        encoder.requestKeyframe()
        try await eventually("one more keyframe") {
            (encoder.broadcaster.counters.keyframes == before + 1, "\(encoder.broadcaster.counters)")
        }
        await frames.stop()
        await encoder.stop()
        await viewer.stop()
        let ages = viewer.units.map { Double($0.receivedAt) - Double($0.timestamp) }
        #expect(ages.allSatisfy { $0 > -0.5e9 && $0 < 2e9 })
        #expect(times.encode.reading.count >= 50)
        #expect(viewer.outlet.queuedTime(of: viewer.units.last?.timestamp ?? 0) != nil)
    }

    @Test("A viewer that does not read loses frames up to a keyframe; the other loses none")
    func slowViewer() async throws {
        let encoder = try await encoder(.vp8, bitrate: 500)
        let quick = try await Watcher()
        // In no pipeline: nobody ever takes from it.
        let source = try AppSrc()
        let slow = Outlet(source: source, queueLimit: 5)
        encoder.broadcaster.add(quick.outlet)
        encoder.broadcaster.add(slow)
        let frames = Frames()
        try await frames.start { encoder.feed($0) }
        try await quick.more(60)
        await frames.stop()
        await encoder.stop()
        #expect(source.queued == 5)
        #expect(slow.counters.delivered == 5)
        #expect(slow.counters.dropped >= 50)
        #expect(quick.outlet.counters.dropped <= 2)
        // Everything from its first keyframe on: what was published, less what was published before it joined.
        #expect(UInt64(quick.units.count) + 2 >= encoder.broadcaster.counters.published)
        await quick.stop()
    }

    @Test("Fifty requests are one keyframe, and the next one comes half a second later at the earliest")
    func burst() async throws {
        let encoder = try await encoder(.vp8, bitrate: 500)
        let viewer = try await Watcher()
        encoder.broadcaster.add(viewer.outlet)
        let frames = Frames()
        try await frames.start { encoder.feed($0) }
        try await viewer.more(30)
        let start = Runtime.now()
        for _ in 0..<50 {
            viewer.outlet.requestKeyframe()
            try await Task.sleep(for: .milliseconds(40))
        }
        let seconds = Double(Runtime.now() - start) / 1e9
        await frames.stop()
        await encoder.stop()
        await viewer.stop()
        let times = viewer.units.filter { $0.isKeyframe && $0.timestamp >= start }.map(\.timestamp)
        #expect(times.count >= 2)
        #expect(Double(times.count) <= 1 + seconds / 0.5)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= KeyframeDemand.interval })
    }

    @Test(
        "The bitrate of a running encoder changes what it sends",
        arguments: [VideoEncoder.x264, .openh264, .vp8])
    func bitrate(_ implementation: VideoEncoder) async throws {
        let encoder = try await encoder(implementation, bitrate: 5000)
        let viewer = try await Watcher(queueLimit: 100)
        encoder.broadcaster.add(viewer.outlet)
        let frames = Frames()
        // Bars with a patch of noise: all noise would be too much at any quantiser that is allowed.
        try await frames.start(width: 640, height: 480, pattern: "smpte") { encoder.feed($0) }
        var measured: [Int] = []
        for bitrate in [5000, 600, 5000] {
            encoder.setBitrate(bitrate)
            // The rate control needs some time to follow, above all upwards.
            try await viewer.more(80)
            let mark = viewer.units.count
            try await viewer.more(30)
            measured.append(viewer.units[mark..<(mark + 30)].map(\.size).reduce(0, +) * 8)
        }
        await frames.stop()
        await encoder.stop()
        await viewer.stop()
        #expect(measured[0] >= 2 * measured[1], "\(measured) bits a second")
        // openh264 stays at about 1.4 Mbit/s after it was lowered, after 30 frames as after 80; the cause is not known.
        withKnownIssue("openh264 does not rise again", isIntermittent: false) {
            #expect(measured[2] >= 2 * measured[1], "\(measured) bits a second")
        } when: {
            implementation == .openh264
        }
    }

    @Test("Protected sound carries in-band error correction, which only Opus's speech mode can")
    func protectedSound() async throws {
        for (element, isProtected) in [
            (try EncoderSettings.opus(bitrate: 96), false), (try EncoderSettings.protectedOpus(bitrate: 96), true),
        ] {
            let encoder = try await Encoder(
                Encoder.Recipe(name: "audio", element: "opusenc", elements: [element]), times: nil, logger: logger,
                onKeyframeDue: { _ in })
            try await encoder.start { _ in }
            let viewer = try await Watcher(queueLimit: 100)
            encoder.broadcaster.add(viewer.outlet)
            let caps = Caps("audio/x-raw", ["format": "S16LE", "rate": 48000, "channels": 2, "layout": "interleaved"])
            let sound = try Pipeline("sound")
            try await sound.chain([
                try Element("audiotestsrc", ["is-live": true, "wave": "ticks", "samplesperbuffer": 480]),
                try AppSink(caps: caps) { encoder.feed($0) },
            ])
            try await sound.play()
            try await viewer.more(50)
            await sound.stop()
            await encoder.stop()
            await viewer.stop()
            // RFC 6716, table 2: configurations 0 to 15 are SILK and hybrid, 16 to 31 CELT, which has no redundancy.
            let configurations = viewer.units.compactMap { $0.first.map { $0 >> 3 } }
            #expect(configurations.allSatisfy { ($0 < 16) == isProtected }, "\(configurations.prefix(10))")
        }
    }

    @Test(
        "A tile has its own size, through the guest's mode switches",
        arguments: [VideoEncoder.x264, .openh264, .vp8])
    func modeSwitches(_ implementation: VideoEncoder) async throws {
        let tile = try #require(MediaSettings().rendition(named: "tile"))
        let scaler = try Scaler(tile)
        let encoder = try await Encoder(
            Encoder.Recipe(
                name: "tile", element: implementation.element,
                elements: EncoderSettings.video(implementation, bitrate: 400, rate: 15), framesPerSecond: 15,
                scaler: scaler),
            times: nil, logger: logger, onKeyframeDue: { _ in })
        let failures = Counter()
        try await encoder.start { _ in failures.increment() }
        let viewer = try await Watcher(queueLimit: 100)
        encoder.broadcaster.add(viewer.outlet)
        for (width, height) in [(640, 480), (720, 400), (320, 200), (1024, 768), (640, 480)] as [(Int32, Int32)] {
            let frames = Frames()
            try await frames.start(width: width, height: height) { encoder.feed($0) }
            let size = tile.size(of: FrameSize(width: Int(width), height: Int(height)))
            let mark = viewer.units.count
            try await eventually("pictures of \(size)") {
                let new = viewer.units.dropFirst(mark)
                return (
                    new.filter { $0.picture == size }.count >= 5, "\(new.map { $0.picture?.description ?? "none" })"
                )
            }
            let first = viewer.units.dropFirst(mark).first { $0.picture == size }
            #expect(first?.isKeyframe == true || mark > 0 && viewer.units[mark - 1].picture == size)
            await frames.stop()
        }
        #expect(failures.value == 0)
        await encoder.stop()
        await viewer.stop()
    }

    private func encoder(
        _ implementation: VideoEncoder, bitrate: Int, times: StageTimes? = nil
    ) async throws -> Encoder {
        let elements = try EncoderSettings.video(implementation, bitrate: bitrate, rate: 30)
        let encoding = elements[0]
        let encoder = try await Encoder(
            Encoder.Recipe(
                name: "test", element: implementation.element, elements: elements,
                setBitrate: { try? EncoderSettings.setBitrate($0, of: encoding, implementation) }),
            times: times, logger: logger, onKeyframeDue: { _ in })
        try await encoder.start { _ in }
        return encoder
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
