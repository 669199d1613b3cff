import GStreamer
import Logging
import TestSupport
import Testing

@testable import Pipelines

@Suite("A guest's media", .serialized, .timeLimit(.minutes(1)))
struct GuestMediaTests {
    init() throws { try Runtime.start() }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let settings = MediaSettings()
    private var full: StreamKind { .video(settings.full, .vp8) }
    private var tile: StreamKind { .video(settings.renditions[1], .vp8) }

    @Test("Encode once: an encoder runs only while somebody watches, and one serves all")
    func encodeOnce() async throws {
        let before = LiveObjects.count
        do {
            let picture = MovingPicture()
            let media = GuestMedia(settings: settings, logger: logger)
            try await media.show(picture)
            #expect(await media.status().encoders.isEmpty)
            #expect(picture.rates.withLock { $0.last } == GuestMedia.idleRate)
            let outlets = [Outlet(source: try AppSrc()), Outlet(source: try AppSrc())]
            for outlet in outlets { try await media.feed(full, to: outlet) }
            // Said twice, it is done once.
            try await media.feed(full, to: outlets[0])
            let encoders = await media.status().encoders
            #expect(encoders.map(\.element) == ["vp8enc"])
            #expect(encoders.map(\.viewers) == [2])
            #expect(picture.rates.withLock { $0.last } == 30)
            #expect(await media.stream(of: outlets[0]) == full)
            await media.end(outlets[0])
            #expect(await media.status().encoders.map(\.viewers) == [1])
            #expect(picture.rates.withLock { $0.last } == 30)
            await media.end(outlets[1])
            #expect(await media.stream(of: outlets[1]) == nil)
            #expect(picture.rates.withLock { $0.last } == GuestMedia.idleRate)
            try await eventually("no encoder after the grace period") {
                let encoders = await media.status().encoders
                return (encoders.isEmpty, "\(encoders)")
            }
            await media.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("Each rendition that is watched has an encoder of its own, in its own size and rate; the others have none")
    func renditions() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        try await media.show(MovingPicture(size: FrameSize(width: 640, height: 480)))
        let large = try await Watcher(of: media)
        try await media.feed(full, to: large.outlet)
        try await large.more(10)
        #expect(await media.status().encoders.map(\.rendition) == ["full"])
        let small = try await Watcher(of: media)
        try await media.feed(tile, to: small.outlet)
        try await small.more(10)
        #expect(await media.status().encoders.map(\.rendition) == ["full", "tile"])
        #expect(await media.status().encoders.map(\.viewers) == [1, 1])
        #expect(await media.status().encoders.map(\.targetBitrate) == [2500, 400])
        try await eventually("half as many small pictures") {
            let rates = await media.status().encoders.map { $0.framesPerSecond ?? 0 }
            return (rates.count == 2 && abs(rates[0] - 30) < 3 && abs(rates[1] - 15) < 2, "\(rates)")
        }
        #expect(Set(large.units.map { $0.picture?.description ?? "none" }) == ["640x480"])
        #expect(Set(small.units.map { $0.picture?.description ?? "none" }) == ["384x288"])
        await media.end(large.outlet)
        await media.end(small.outlet)
        await media.stop()
        await large.stop()
        await small.stop()
    }

    @Test(
        "A viewer who goes from full to tile and back sees the picture all the time, and the encoder left behind stops")
    func changes() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        try await media.show(MovingPicture(size: FrameSize(width: 640, height: 480)))
        let viewer = try await Watcher(of: media)
        try await media.feed(full, to: viewer.outlet)
        try await viewer.more(20)
        let start = Runtime.now()
        for kind in [tile, full] {
            try await media.feed(kind, to: viewer.outlet)
            try await eventually("\(kind)") {
                let now = await media.stream(of: viewer.outlet)
                return (now == kind, "\(now?.description ?? "none")")
            }
            try await viewer.more(15)
        }
        #expect(viewer.longestGap(since: start) < 300)
        #expect(viewer.outlet.counters.switches == 2)
        #expect(viewer.outlet.counters.dropped <= 1)
        let units = viewer.units
        #expect(zip(units, units.dropFirst()).allSatisfy { $0.timestamp < $1.timestamp })
        // Each change of size is a keyframe.
        let changed = zip(units, units.dropFirst()).filter { $0.picture != $1.picture }
        #expect(changed.map { $1.picture?.width } == [384, 640])
        #expect(changed.allSatisfy { $1.isKeyframe })
        try await eventually("only the encoder that is watched", within: EncoderPool.grace + .seconds(3)) {
            let encoders = await media.status().encoders
            return (encoders.map(\.rendition) == ["full"] && encoders[0].viewers == 1, "\(encoders)")
        }
        await media.end(viewer.outlet)
        await media.stop()
        await viewer.stop()
    }

    @Test("A viewer who changes their mind again and again is fed by what was wished last, once")
    func wavering() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        try await media.show(MovingPicture(size: FrameSize(width: 640, height: 480)))
        let viewer = try await Watcher(of: media)
        try await media.feed(full, to: viewer.outlet)
        try await viewer.more(10)
        let start = Runtime.now()
        for step in 0..<40 {
            try await media.feed(step % 2 == 0 ? tile : full, to: viewer.outlet)
            try await Task.sleep(for: .milliseconds(step * 2))
        }
        try await media.feed(tile, to: viewer.outlet)
        try await eventually("tile") {
            let encoders = await media.status().encoders
            let small = encoders.first { $0.rendition == "tile" }?.viewers
            let large = encoders.first { $0.rendition == "full" }?.viewers ?? 0
            let now = await media.stream(of: viewer.outlet)
            return (now == tile && small == 1 && large == 0, "\(now?.description ?? "none"), \(encoders)")
        }
        try await viewer.more(10)
        #expect(viewer.units.suffix(10).allSatisfy { $0.picture?.width == 384 })
        #expect(viewer.longestGap(since: start) < 700)
        await media.end(viewer.outlet)
        #expect(await media.status().encoders.allSatisfy { $0.viewers == 0 })
        await media.stop()
        await viewer.stop()
    }

    @Test("Leaving in the middle of a change leaves no viewer behind at either encoder")
    func leavesAmidChange() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        try await media.show(MovingPicture(size: FrameSize(width: 640, height: 480)))
        for _ in 0..<10 {
            let viewer = try await Watcher(of: media)
            try await media.feed(full, to: viewer.outlet)
            let change = Task { [tile] in try await media.feed(tile, to: viewer.outlet) }
            await Task.yield()
            await media.end(viewer.outlet)
            try await change.value
            // The change may have begun after all was over: then it was a beginning, and ends like any other.
            await media.end(viewer.outlet)
            #expect(await media.stream(of: viewer.outlet) == nil)
            #expect(await media.status().encoders.allSatisfy { $0.viewers == 0 })
            await viewer.stop()
        }
        try await eventually("no encoder", within: EncoderPool.grace + .seconds(3)) {
            let encoders = await media.status().encoders
            return (encoders.isEmpty, "\(encoders)")
        }
        await media.stop()
    }

    @Test("An encoder that fails while running gives its viewers the next implementation, without a new subscription")
    func failingEncoder() async throws {
        let choice = EncoderChoice(installed: [.x264, .openh264], logger: logger) { _ in }
        let media = GuestMedia(settings: settings, choice: choice, logger: logger)
        let picture = MovingPicture()
        try await media.show(picture)
        let kind = StreamKind.video(settings.full, .h264)
        let viewers = [try await Watcher(of: media), try await Watcher(of: media)]
        for viewer in viewers {
            try await media.feed(kind, to: viewer.outlet)
            try await viewer.more(10)
        }
        #expect(await media.status().encoders.map(\.element) == ["x264enc"])
        // A format that no encoder takes.
        picture.slip(in: try await TestFrame.make(format: "RGBA64_LE", width: 320, height: 240))
        try await eventually("the next implementation") {
            let encoders = await media.status().encoders
            return (encoders.map(\.element) == ["openh264enc"] && encoders[0].viewers == 2, "\(encoders)")
        }
        for viewer in viewers {
            let mark = viewer.units.count
            try await viewer.more(10)
            #expect(viewer.units[mark - 1].receivedAt > 0)
            #expect(viewer.units.filter(\.isKeyframe).count >= 2)
            #expect(zip(viewer.units, viewer.units.dropFirst()).allSatisfy { $0.timestamp < $1.timestamp })
        }
        #expect(choice.best(for: .h264) == .openh264)
        #expect(choice.passedOver(for: .h264).map(\.element) == ["x264enc"])
        #expect(choice.passedOver(for: .h264).allSatisfy { !$0.reason.isEmpty })
        #expect(picture.rates.withLock { $0.last } == 30)
        // The last one is started again rather than given up.
        picture.slip(in: try await TestFrame.make(format: "RGBA64_LE", width: 320, height: 240))
        for viewer in viewers { try await viewer.more(30) }
        #expect(await media.status().encoders.map(\.element) == ["openh264enc"])
        for viewer in viewers { await media.end(viewer.outlet) }
        #expect(await media.status().encoders.allSatisfy { $0.viewers == 0 })
        await media.stop()
        for viewer in viewers { await viewer.stop() }
    }

    @Test("A stream's load names its bitrate and what its viewers' paths carry")
    func load() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        try await media.show(MovingPicture())
        #expect(await media.load(of: full) == nil)
        let outlets = [Outlet(source: try AppSrc()), Outlet(source: try AppSrc())]
        for outlet in outlets { try await media.feed(full, to: outlet) }
        await media.note(estimate: 700_000, of: outlets[0])
        let first = try #require(await media.load(of: full))
        #expect(first.bitrate == 2500)
        #expect(first.estimates.count == 2 && first.estimates.contains(700_000) && first.estimates.contains(nil))
        #expect(await media.load(of: full, without: outlets[0])?.estimates == [nil])
        await media.setBitrate(800, of: full)
        let second = try #require(await media.load(of: full))
        #expect(second.bitrate == 800)
        #expect(second.since > first.since)
        #expect(await media.status().encoders.map(\.targetBitrate) == [800])
        for outlet in outlets { await media.end(outlet) }
        await media.stop()
    }

    @Test("The stream outlives its source: viewers keep their encoder when the capture is replaced")
    func replaced() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        try await media.show(MovingPicture())
        let viewer = try await Watcher(of: media)
        try await media.feed(full, to: viewer.outlet)
        try await viewer.more(10)
        try await media.show(nil)
        #expect(await media.status().size == nil)
        try await media.show(MovingPicture())
        try await viewer.more(10)
        await media.end(viewer.outlet)
        await media.stop()
        await viewer.stop()
    }

    @Test("A snapshot before the first frame is refused with the reason")
    func snapshotBeforeFrames() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        await #expect(throws: CaptureError.noFrame) { _ = try await media.snapshot() }
        await media.stop()
    }
}
