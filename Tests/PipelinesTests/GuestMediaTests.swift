import GStreamer
import Logging
import TestSupport
import Testing

@testable import Pipelines

@Suite("A guest's media", .serialized, .timeLimit(.minutes(1)))
struct GuestMediaTests {
    init() throws { try Runtime.start() }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("Encode once: an encoder runs only while somebody watches, and one serves all")
    func encodeOnce() async throws {
        let before = LiveObjects.count
        do {
            let picture = MovingPicture()
            let media = GuestMedia(settings: MediaSettings(), logger: logger)
            try await media.show(picture)
            #expect(await media.status().encoders.isEmpty)
            #expect(picture.rates.withLock { $0.last } == GuestMedia.idleRate)
            let feeds = [
                try await media.feed(.video(.full, .vp8), to: AppSrc()),
                try await media.feed(.video(.full, .vp8), to: AppSrc()),
            ]
            let encoders = await media.status().encoders
            #expect(encoders.map(\.element) == ["vp8enc"])
            #expect(encoders.map(\.viewers) == [2])
            #expect(picture.rates.withLock { $0.last } == 30)
            await feeds[0].end()
            #expect(await media.status().encoders.map(\.viewers) == [1])
            await feeds[1].end()
            #expect(picture.rates.withLock { $0.last } == GuestMedia.idleRate)
            try await eventually("no encoder after the grace period") {
                let encoders = await media.status().encoders
                return (encoders.isEmpty, "\(encoders)")
            }
            await media.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("The stream outlives its source: viewers keep their encoder when the capture is replaced")
    func replaced() async throws {
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        try await media.show(MovingPicture())
        let seen = Counter()
        let source = try AppSrc()
        let viewer = try Pipeline("viewer")
        try await viewer.chain([source, try AppSink { _ in seen.increment() }])
        try await viewer.play()
        let feed = try await media.feed(.video(.full, .vp8), to: source)
        try await eventually("frames") { (seen.value >= 10, "\(seen.value)") }
        try await media.show(nil)
        #expect(await media.status().size == nil)
        let mark = seen.value
        try await media.show(MovingPicture())
        try await eventually("frames of the new source") { (seen.value >= mark + 10, "\(seen.value - mark)") }
        await feed.end()
        await media.stop()
        await viewer.stop()
    }

    @Test("A snapshot before the first frame is refused with the reason")
    func snapshotBeforeFrames() async throws {
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        await #expect(throws: CaptureError.noFrame) { _ = try await media.snapshot() }
        await media.stop()
    }
}
