import Foundation
import GStreamer
import Logging
import TestSupport
import Testing

@testable import Pipelines

@Suite("Placeholders", .serialized, .timeLimit(.minutes(1)))
struct PlaceholderTests {
    init() throws { try Runtime.start() }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let settings = MediaSettings()
    private var full: StreamKind { .video(settings.full, .vp8) }
    private var tile: StreamKind { .video(settings.renditions[1], .h264) }
    private let notice = Notice(title: "The guest is starting again", detail: "The X server ended; attempt 2 of 3")

    @Test("Viewers of both codecs stay through the end of a source, a placeholder and a source of another size")
    func outlives() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        try await media.show(MovingPicture(size: FrameSize(width: 640, height: 480)))
        let viewers = [try await Watcher(of: media), try await Watcher(of: media)]
        for (viewer, kind) in zip(viewers, [full, tile]) {
            try await media.feed(kind, to: viewer.outlet)
            try await viewer.more(10)
        }
        let lost = Runtime.now()
        try await media.show(nil)
        await media.showPlaceholder(notice)
        for viewer in viewers { try await viewer.more(3) }
        #expect(await media.status().notice == notice)
        #expect(await media.status().size == nil)
        // In the size that they had, at the low rate.
        let marks = viewers.map(\.units.count)
        #expect(viewers[0].units.allSatisfy { $0.picture == FrameSize(width: 640, height: 480) })
        #expect(viewers[1].units.allSatisfy { $0.picture == FrameSize(width: 384, height: 288) })
        try await Task.sleep(for: .seconds(2))
        for (viewer, mark) in zip(viewers, marks) { #expect((3...5).contains(viewer.units.count - mark)) }
        let returns = viewers.map(\.units.count)
        try await media.show(MovingPicture(size: FrameSize(width: 720, height: 400)))
        for (viewer, mark) in zip(viewers, returns) {
            try await viewer.more(20)
            // One frame of the placeholder may have come in between.
            let taken = viewer.units[mark...].drop { $0.picture?.height != 400 && $0.picture?.height != 214 }
            #expect(taken.first?.isKeyframe == true)
            #expect(taken.count >= 15 && taken.allSatisfy { $0.picture == taken.first?.picture })
            #expect(viewer.longestGap(since: lost) < 1000)
            #expect(zip(viewer.units, viewer.units.dropFirst()).allSatisfy { $0.timestamp < $1.timestamp })
        }
        #expect(await media.status().notice == nil)
        #expect(await media.status().encoders.map(\.viewers) == [1, 1])
        for viewer in viewers {
            await media.end(viewer.outlet)
            #expect(await viewer.stop() == [])
        }
        await media.stop()
    }

    @Test("A picture that comes back in the same size begins with a keyframe as well")
    func sameSize() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        try await media.show(MovingPicture())
        let viewer = try await Watcher(of: media)
        try await media.feed(full, to: viewer.outlet)
        try await viewer.more(30)
        try await media.show(nil)
        await media.showPlaceholder(notice)
        try await viewer.more(3)
        let back = Runtime.now()
        try await media.show(MovingPicture())
        try await viewer.more(10)
        // The guest's first frame, or the placeholder's last before it.
        let keyframe = try #require(viewer.units.first { $0.timestamp >= back && $0.isKeyframe })
        #expect(viewer.units.filter { $0.timestamp >= back && $0.timestamp < keyframe.timestamp }.count <= 1)
        await media.end(viewer.outlet)
        await media.stop()
        #expect(await viewer.stop() == [])
    }

    @Test("Who joins during an outage sees the placeholder at once, also where no frame was ever captured")
    func joins() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        await media.showPlaceholder(Notice(title: "The guest is starting"))
        try await eventually("a picture") { ((try? await media.snapshot()) != nil, "none") }
        let viewer = try await Watcher(of: media)
        let start = Runtime.now()
        try await media.feed(full, to: viewer.outlet)
        try await viewer.more(1)
        let first = try #require(viewer.units.first)
        #expect(first.isKeyframe)
        #expect(first.picture == FrameSize(width: 640, height: 480))
        #expect(Double(first.receivedAt - start) / 1e6 < 400)
        await media.end(viewer.outlet)
        await media.stop()
        await viewer.stop()
    }

    @Test("The notice is in the snapshot over the dimmed last frame, changes with its text, and goes with it")
    func snapshot() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        let picture = MovingPicture(size: FrameSize(width: 640, height: 480), pattern: "white")
        try await media.show(picture)
        try await eventually("a frame") { ((try? await media.snapshot()) != nil, "none") }
        let white = try await media.snapshot()
        try await media.show(nil)
        await media.showPlaceholder(notice)
        try await eventually("the placeholder") { (try await media.snapshot() != white, "not yet") }
        let first = try await media.snapshot()
        // Text makes a picture of one colour larger.
        #expect(first.count > white.count + 3000)
        await media.showPlaceholder(Notice(title: "The guest does not start", detail: "3 attempts failed"))
        try await eventually("the other notice") { (try await media.snapshot() != first, "not yet") }
        // Dimmed once, not again with each notice: the first notice again is the first picture again.
        await media.showPlaceholder(notice)
        try await eventually("the first notice") { (try await media.snapshot() == first, "not yet") }
        try await media.show(picture)
        try await eventually("the guest") { (try await media.snapshot() == white, "not yet") }
        await media.stop()
    }

    @Test("A placeholder is repeated while somebody watches, and shown once while nobody does")
    func rate() async throws {
        let (video, viewers) = (RawStream(keepsLast: true), Counter())
        let placeholder = Placeholder(video: video, framesPerSecond: 30, logger: logger) { viewers.value > 0 }
        await placeholder.show(notice)
        try await eventually("the first one") { (video.last()?.timestamp != nil, "none") }
        let first = video.last()?.timestamp
        try await Task.sleep(for: .milliseconds(1200))
        #expect(video.last()?.timestamp == first)
        viewers.increment()
        var stamps: Set<UInt64> = []
        let end = ContinuousClock.now + .milliseconds(2200)
        while ContinuousClock.now < end {
            video.last()?.timestamp.map { _ = stamps.insert($0) }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect((4...6).contains(stamps.count), "\(stamps.count)")
        // The guest's own picture was never there.
        #expect(video.lastPicture()?.timestamp == nil)
        await placeholder.stop()
        let last = video.last()?.timestamp
        try await Task.sleep(for: .milliseconds(700))
        #expect(video.last()?.timestamp == last)
    }

    @Test("A source that delivers again ends the notice by itself, and its measurements know nothing of it")
    func heals() async throws {
        let before = LiveObjects.count
        do {
            let media = GuestMedia(settings: settings, logger: logger)
            let display = try Display()
            let log = CaptureLog()
            let capture = X11Capture(
                display: display.name, rate: 30, logger: logger,
                states: { state in
                    log.note(state)
                    if let notice = Notice(state) { Task { await media.showPlaceholder(notice) } }
                }, observer: log.observe)
            try await media.show(capture)
            display.open(width: 640, height: 480)
            display.fill(0xC0C0C0)
            try await eventually("the guest") { (!log.changes.isEmpty, "\(log.states)") }
            kill(display.pid, SIGSTOP)
            try await eventually("a notice", within: .seconds(5)) { (await media.status().notice != nil, "none") }
            #expect(await media.status().notice?.detail == "The X server does not answer")
            let grabs = log.grabs.count
            try await Task.sleep(for: .seconds(1))
            // Whoever measures the guest by its capture is not deceived.
            #expect(log.grabs.count == grabs)
            kill(display.pid, SIGCONT)
            try await eventually("the guest again", within: .seconds(3)) {
                (await media.status().notice == nil, "\(log.states)")
            }
            await media.stop()
            try await display.close()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("A killed X server costs viewers the picture and not the stream: its successor's follows the notice")
    func killed() async throws {
        let media = GuestMedia(settings: settings, logger: logger)
        let displays = [try Display(), try Display()]
        let log = CaptureLog()
        let captures = displays.map { display in
            X11Capture(display: display.name, rate: 30, logger: logger, states: log.note, observer: log.observe)
        }
        try await media.show(captures[0])
        displays[0].open(width: 640, height: 480)
        let viewer = try await Watcher(of: media)
        try await media.feed(full, to: viewer.outlet)
        try await viewer.more(3)
        let killed = Runtime.now()
        displays[0].die()
        try await eventually("the word of it") {
            (log.states.last == .ended(.displayLost(displays[0].name)), "\(log.states)")
        }
        // Its socket is still there, or is not: no one answers on it.
        await #expect(throws: CaptureError.displayUnreachable(displays[0].name)) { try await media.rebuildCapture() }
        try await media.show(nil)
        await #expect(throws: CaptureError.noSource) { try await media.rebuildCapture() }
        await media.showPlaceholder(notice)
        try await viewer.more(3)
        let grabs = log.grabs.count
        displays[1].open(width: 640, height: 480)
        displays[1].fill(0x4080C0)
        try await media.show(captures[1])
        try await eventually("the successor's picture") { (await media.status().notice == nil, "\(log.states)") }
        let back = Runtime.now()
        let marks = viewer.units.count
        for grey: UInt32 in 1...10 {
            displays[1].fill(grey * 0x101010)
            try await Task.sleep(for: .milliseconds(40))
        }
        try await eventually("its changes") { (viewer.units.count >= marks + 8, "\(viewer.units.count - marks)") }
        #expect(viewer.units.contains { $0.isKeyframe && $0.receivedAt > back - 500_000_000 })
        #expect(log.grabs.count > grabs)
        #expect(viewer.longestGap(since: killed) < 1500)
        #expect(zip(viewer.units, viewer.units.dropFirst()).allSatisfy { $0.timestamp < $1.timestamp })
        // The same source anew, as the pipeline's recovery does.
        try await media.rebuildCapture()
        displays[1].fill(0xFFFFFF)
        try await viewer.more(3)
        await media.end(viewer.outlet)
        await media.stop()
        #expect(await viewer.stop() == [])
        for display in displays { try await display.close() }
    }

    @Test("A title that looks like markup is shown as it is, and the smallest picture takes a notice too")
    func drawing() async throws {
        #expect(
            PlaceholderPicture.markup(Notice(title: "a <b> & c", detail: "d"))
                == "<b>a &lt;b&gt; &amp; c</b>\n<span size=\"80%\">d</span>")
        for (width, height) in [(16, 16), (320, 200), (1024, 768)] as [(Int32, Int32)] {
            let frame = try await TestFrame.make(width: width, height: height)
            let start = Runtime.now()
            let drawn = try await PlaceholderPicture.draw(
                Notice(title: "a <b> & c", detail: "d"), over: frame.copy(), framesPerSecond: 30)
            #expect(drawn.sample.size == frame.size)
            #expect(drawn.sample.caps?["width"] == frame.caps?["width"])
            #expect(Runtime.now() - start < 1_000_000_000)
        }
    }
}
