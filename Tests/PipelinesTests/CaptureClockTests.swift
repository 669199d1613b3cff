import GStreamer
import Logging
import TestSupport
import Testing

@testable import Pipelines

@Suite("The capture's clock", .serialized, .timeLimit(.minutes(1)))
struct CaptureClockTests {
    init() throws { try Runtime.start() }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A capture of a window that is there and still.
    private func withCapture(
        rate: Int = 30, _ body: (X11Capture, Display, CaptureLog) async throws -> Void
    ) async throws {
        let display = try Display()
        let log = CaptureLog()
        let capture = X11Capture(display: display.name, rate: rate, logger: logger, observer: log.observe)
        try await log.start(capture)
        display.open(width: 640, height: 480)
        display.fill(0)
        try await eventually("the first picture") { (!log.frames.isEmpty, "\(log.grabs.count) grabs") }
        try await Task.sleep(for: .milliseconds(600))
        try await body(capture, display, log)
        await capture.stop()
        try await display.close()
    }

    @Test("A guest that draws 30 pictures a second has at least 29 of them caught")
    func thirty() async throws {
        try await withCapture { _, display, log in
            let before = log.changes.count
            _ = await Painter.paint(90, every: 33_333_333, on: display)
            try await Task.sleep(for: .milliseconds(100))
            #expect(log.changes.count - before >= 87)
            #expect(log.changes.count - before <= 90)
            #expect(log.changes.dropFirst(before).allSatisfy { $0.timing.damageDelay != nil })
        }
    }

    @Test("Frames are passed on with the time at which they were grabbed, and the stages' times are measured")
    func timing() async throws {
        try await withCapture { _, display, log in
            let (before, passed) = (log.changes.count, log.frames.count)
            let painted = await Painter.paint(5, every: 100_000_000, on: display)
            try await eventually("five changes") { (log.changes.count >= before + 5, "\(log.changes.count - before)") }
            let changes = log.changes.dropFirst(before)
            for (paint, grab) in zip(painted, changes) {
                #expect(grab.time + 2_000_000 > paint)
                #expect(grab.timing.grab > 0 && grab.timing.compare > 0 && grab.timing.cpu > 0)
                // The rest is the brightness of a changed picture, which takes its time where nothing is optimised, and
                // ten times that under a sanitizer.
                #expect(grab.timing.cpu <= grab.timing.grab + grab.timing.compare + 30_000_000)
            }
            let times = Set(log.frames.dropFirst(passed).map(\.time))
            #expect(changes.allSatisfy { times.contains($0.time) })
        }
    }

    @Test("A still screen costs at most four grabs a second and has a heartbeat; without viewers at most two")
    func still() async throws {
        try await withCapture { capture, _, log in
            let before = log.grabs.count
            try await Task.sleep(for: .seconds(3))
            #expect((3...12).contains(log.grabs.count - before))
            #expect(log.grabs.dropFirst(before).allSatisfy { !$0.changed && $0.timing.damageDelay == nil })
            await capture.setRate(2)
            let idle = log.grabs.count
            try await Task.sleep(for: .seconds(3))
            #expect((2...7).contains(log.grabs.count - idle))
        }
    }

    @Test("Nobody watching, a moving screen is looked at twice a second")
    func idle() async throws {
        try await withCapture(rate: 2) { _, display, log in
            let before = log.grabs.count
            _ = await Painter.paint(90, every: 33_333_333, on: display)
            #expect((4...8).contains(log.grabs.count - before))
        }
    }

    @Test("What is drawn after stillness is passed on at once")
    func afterStillness() async throws {
        try await withCapture { _, display, log in
            var delays: [UInt64] = []
            for colour: UInt32 in [1, 2, 3] {
                try await Task.sleep(for: .seconds(2))
                let now = Runtime.now()
                display.paint(colour * 0x404040)
                try await eventually("the picture") {
                    (log.frames.last!.time > now && log.changes.last!.time > now, "")
                }
                delays.append(log.changes.last!.time - now)
            }
            // Some 1.3 ms where nothing else runs; the bound leaves room for a busy machine.
            #expect(delays.sorted()[1] < 100_000_000)
        }
    }

    @Test("After motion stops three refining frames pass, although nothing is grabbed for them")
    func refinement() async throws {
        try await withCapture { _, display, log in
            let before = log.frames.count
            display.paint(0xFFFFFF)
            try await eventually("the change and three refinements", within: .seconds(2)) {
                (log.frames.count >= before + 4, "\(log.frames.count - before)")
            }
            let times = log.frames.dropFirst(before).prefix(4).map(\.time)
            for (time, due) in zip(times.dropFirst(), RefinementSchedule.refinements) {
                #expect(time - times[0] >= due)
                #expect(time - times[0] < due + 100_000_000)
            }
        }
    }

    @Test("A demand for a time to come is met then, on a still screen too")
    func demand() async throws {
        try await withCapture { capture, _, log in
            // Just after the floor's frame, so that no other is due when this one is.
            let passed = log.frames.count
            try await eventually("the floor's frame") { (log.frames.count > passed, "") }
            let due = Runtime.now() + 250_000_000
            capture.passFrame(at: due)
            try await eventually("the frame", within: .seconds(2)) {
                (log.frames.last!.time >= due, "\(Int64(log.frames.last!.time) - Int64(due)) ns")
            }
            let met = log.frames.first { $0.time >= due }!
            #expect(met.time - due < 100_000_000)
        }
    }
}
