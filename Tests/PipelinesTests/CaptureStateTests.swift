import Foundation
import GStreamer
import Logging
import TestSupport
import Testing

@testable import Pipelines

@Suite("How a capture fares", .serialized, .timeLimit(.minutes(1)))
struct CaptureStateTests {
    init() throws { try Runtime.start() }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let size = FrameSize(width: 320, height: 200)

    private func capture(_ display: Display, _ log: CaptureLog) -> X11Capture {
        X11Capture(display: display.name, rate: 30, logger: logger, states: log.note, observer: log.observe)
    }

    @Test("A server that stops answering is told within three seconds, and so is its return")
    func stalls() async throws {
        let display = try Display()
        let log = CaptureLog()
        let capture = capture(display, log)
        try await log.start(capture)
        display.open(width: 320, height: 200)
        try await eventually("a picture") { (log.states == [.delivering(Self.size)], "\(log.states)") }
        kill(display.pid, SIGSTOP)
        let start = ContinuousClock.now
        try await eventually("the word of it", within: .seconds(4)) { (log.states.last == .stalled, "\(log.states)") }
        #expect(ContinuousClock.now - start < .seconds(3))
        kill(display.pid, SIGCONT)
        try await eventually("the picture again", within: .seconds(1)) {
            (log.states == [.delivering(Self.size), .stalled, .delivering(Self.size)], "\(log.states)")
        }
        display.fill(0x808080)
        try await eventually("what was drawn") { (abs(Int(log.frames.last?.luma ?? 0) - 126) <= 2, "none") }
        await capture.stop()
        try await display.close()
    }

    @Test("A window that goes is told after half a second, one that comes back before that is not")
    func window() async throws {
        let display = try Display()
        let log = CaptureLog()
        let capture = capture(display, log)
        try await log.start(capture)
        try await eventually("no window yet") { (log.states == [.noWindow], "\(log.states)") }
        display.open(width: 320, height: 200)
        try await eventually("a picture") { (log.states.last == .delivering(Self.size), "\(log.states)") }
        display.show(false)
        try await Task.sleep(for: .milliseconds(200))
        display.show(true)
        try await Task.sleep(for: .milliseconds(600))
        #expect(log.states == [.noWindow, .delivering(Self.size)])
        display.show(false)
        try await eventually("no window") { (log.states.last == .noWindow, "\(log.states)") }
        // A server without a window is looked after as well.
        kill(display.pid, SIGSTOP)
        try await eventually("the word of it", within: .seconds(4)) { (log.states.last == .stalled, "\(log.states)") }
        kill(display.pid, SIGCONT)
        try await eventually("no window, again") { (log.states.last == .noWindow, "\(log.states)") }
        await capture.stop()
        try await display.close()
    }

    @Test("The server's death is told at once, and a capture made anew is one of the same display")
    func dies() async throws {
        let display = try Display()
        let log = CaptureLog()
        let capture = capture(display, log)
        try await log.start(capture)
        display.open(width: 320, height: 200)
        try await eventually("a picture") { (log.states.last == .delivering(Self.size), "\(log.states)") }
        let start = ContinuousClock.now
        display.die()
        let lost = CaptureState.ended(.displayLost(display.name))
        try await eventually("the word of it", within: .seconds(1)) { (log.states.last == lost, "\(log.states)") }
        #expect(ContinuousClock.now - start < .milliseconds(500))
        await capture.stop()
        let renewed = try #require(capture.renewed())
        await #expect(throws: CaptureError.displayUnreachable(display.name)) {
            try await renewed.start(frames: { _ in }, sizes: { _ in })
        }
        await renewed.stop()
        #expect(log.states.last == lost)
        try await display.close()
    }

    @Test("A server that takes connections and says nothing is an error after five seconds, and holds nobody up")
    func silentGreeting() async throws {
        let display = try Display()
        kill(display.pid, SIGSTOP)
        let log = CaptureLog()
        let first = capture(display, log)
        let start = ContinuousClock.now
        await #expect(throws: CaptureError.displaySilent(display.name)) { try await log.start(first) }
        #expect(ContinuousClock.now - start < .seconds(6))
        // One that is stopped while it waits does not wait on.
        let second = capture(display, log)
        let opening = Task { try await log.start(second) }
        try await Task.sleep(for: .milliseconds(200))
        let stopping = ContinuousClock.now
        await second.stop()
        await #expect(throws: CaptureError.stopped) { try await opening.value }
        #expect(ContinuousClock.now - stopping < .seconds(3))
        await first.stop()
        // Their threads end with the server.
        try await display.close()
        #expect(log.states.isEmpty && log.grabs.isEmpty)
        try await eventually("no thread of a capture") {
            let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").map {
                (try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)) ?? ""
            }
            return (!names.contains("x11-capture\n"), "\(names)")
        }
    }

    @Test("The brightness is looked at after a change, twice a second at most, and of the last change in any case")
    func brightness() async throws {
        let display = try Display()
        let log = CaptureLog()
        let capture = capture(display, log)
        try await log.start(capture)
        display.open(width: 320, height: 200)
        try await eventually("a black picture") { (log.grabs.last { $0.timing.luma != nil } != nil, "none") }
        #expect(log.grabs.compactMap(\.timing.luma).last == PictureLuma(mean: 0, max: 0))
        let times = await Painter.paint(30, every: 33_000_000, on: display)
        display.fill(0xFFFFFF)
        try await eventually("white") {
            let last = log.grabs.compactMap(\.timing.luma).last
            return (last == PictureLuma(mean: 255, max: 255), "\(String(describing: last))")
        }
        let looks = log.grabs.filter { $0.timing.luma != nil && $0.time > times[0] }
        #expect((2...5).contains(looks.count), "\(looks.count)")
        // Nothing changes, nothing is looked at.
        let count = looks.count
        try await Task.sleep(for: .seconds(1))
        #expect(log.grabs.filter { $0.timing.luma != nil && $0.time > times[0] }.count == count)
        await capture.stop()
        try await display.close()
    }
}
