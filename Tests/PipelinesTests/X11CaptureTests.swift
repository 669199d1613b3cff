import Foundation
import GStreamer
import Logging
import TestSupport
import Testing

@testable import Pipelines

@Suite("X11 capture", .serialized, .timeLimit(.minutes(1)))
struct X11CaptureTests {
    init() throws { try Runtime.start() }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("It follows the guest's window through mode switches and tells still from moving")
    func follows() async throws {
        let before = LiveObjects.count
        let display = try Display()
        do {
            let log = CaptureLog()
            let capture = X11Capture(display: display.name, rate: 30, logger: logger, observer: log.observe)
            try await log.start(capture)
            display.open(width: 720, height: 400)
            try await eventually("the first mode") {
                (log.sizes.last == FrameSize(width: 720, height: 400), "\(log.sizes)")
            }
            display.resize(width: 640, height: 480)
            try await eventually("the second mode's frames") {
                (log.frames.last?.size == FrameSize(width: 640, height: 480), "\(log.sizes)")
            }
            // Still: the screen is looked at now and then, and refining frames pass, then the floor's.
            try await Task.sleep(for: .milliseconds(800))
            let (still, passed, mark) = (log.changes.count, log.frames.count, log.grabs.count)
            try await Task.sleep(for: .seconds(2))
            #expect((2...8).contains(log.grabs.count - mark))
            #expect(log.changes.count == still)
            #expect((1...3).contains(log.frames.count - passed))
            // A demanded frame passes all the same, and at once.
            let demanded = log.frames.count
            capture.passFrame(at: 0)
            try await eventually("the demanded frame", within: .milliseconds(300)) {
                (log.frames.count > demanded, "\(log.frames.count)")
            }
            // A change passes at once.
            display.paint(0xFF0000)
            try await eventually("the change", within: .milliseconds(300)) {
                (log.changes.count == still + 1, "\(log.changes.count - still)")
            }
            await capture.stop()
        }
        try await display.close()
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("The guest's modes, odd sizes and places off the screen's edge are followed in one go, and frames fit them")
    func modes() async throws {
        let before = LiveObjects.count
        let display = try Display()
        do {
            let log = CaptureLog()
            let capture = X11Capture(display: display.name, rate: 30, logger: logger, observer: log.observe)
            try await log.start(capture)
            display.open(width: 720, height: 400)
            let modes: [(UInt32, UInt32)] = [(720, 400), (640, 400), (640, 480), (800, 600), (1024, 768), (641, 351)]
            for (index, (width, height)) in modes.enumerated() {
                display.resize(width: width, height: height)
                // Drawn right after the switch, as a guest does: it must be seen however the two interleave.
                let grey = UInt32(40 + 30 * index)
                display.fill(grey << 16 | grey << 8 | grey)
                let size = FrameSize(width: Int(width & ~1), height: Int(height & ~1))
                // Grey in studio range.
                let luma = 16 + Int(grey) * 219 / 255
                try await eventually("frames of \(size)") {
                    let last = log.frames.last
                    return (
                        last?.size == size && abs(Int(last?.luma ?? 0) - luma) <= 2, "\(String(describing: last))"
                    )
                }
                #expect(log.sizes.last == size)
            }
            await capture.stop()
            #expect(log.frames.map(\.time) == log.frames.map(\.time).sorted())
        }
        try await display.close()
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("A window that goes off the screen pauses the picture, and it comes back with the window")
    func unmapped() async throws {
        let display = try Display()
        let log = CaptureLog()
        let capture = X11Capture(display: display.name, rate: 30, logger: logger, observer: log.observe)
        try await log.start(capture)
        // Partly off the screen: what is on it is shown.
        display.open(width: 640, height: 480, x: 600, y: 400)
        display.fill(0x808080)
        try await eventually("the visible part") {
            (log.frames.last?.size == FrameSize(width: 424, height: 368), "\(log.sizes)")
        }
        display.show(false)
        try await Task.sleep(for: .milliseconds(300))
        let gone = log.grabs.count
        try await Task.sleep(for: .milliseconds(700))
        #expect(log.grabs.count == gone)
        display.show(true)
        display.fill(0x404040)
        try await eventually("the picture again") { (log.frames.last?.luma == 71, "\(log.frames.last?.luma ?? 0)") }
        await capture.stop()
        try await display.close()
    }

    @Test(
        "A server without shared memory or word of damage is captured too",
        arguments: [["MIT-SHM"], ["DAMAGE"], ["MIT-SHM", "DAMAGE"]])
    func poorServer(without: [String]) async throws {
        let display = try Display(without: without)
        let log = CaptureLog()
        let capture = X11Capture(display: display.name, rate: 30, logger: logger, observer: log.observe)
        try await log.start(capture)
        display.open(width: 640, height: 480)
        try await eventually("the first picture") { (!log.frames.isEmpty, "\(log.grabs.count) grabs") }
        for grey: UInt32 in [50, 100, 200] {
            display.fill(grey << 16 | grey << 8 | grey)
            try await eventually("the picture") {
                (
                    abs(Int(log.frames.last?.luma ?? 0) - 16 - Int(grey) * 219 / 255) <= 2,
                    "\(log.frames.last?.luma ?? 0)"
                )
            }
        }
        await capture.stop()
        try await display.close()
    }

    @Test("A display where no server answers is an error that names it")
    func noServer() async {
        let capture = X11Capture(display: ":4711", rate: 30, logger: logger) { _, _, _ in }
        await #expect(throws: CaptureError.displayUnreachable(":4711")) {
            try await capture.start(frames: { _ in }, sizes: { _ in })
        }
    }

    @Test("Pixels that cannot be read are an error that names their depth")
    func wrongPixels() async throws {
        let display = try Display(screen: "640x480x16")
        let capture = X11Capture(display: display.name, rate: 30, logger: logger) { _, _, _ in }
        await #expect(throws: CaptureError.unsupportedPixels(display: display.name, depth: 16)) {
            try await capture.start(frames: { _ in }, sizes: { _ in })
        }
        try await display.close()
    }

    @Test("The death of the X server ends neither the process nor the next capture")
    func serverDies() async throws {
        let before = LiveObjects.count
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        for _ in 0..<3 {
            let display = try Display()
            let log = CaptureLog()
            let capture = X11Capture(display: display.name, rate: 30, logger: logger, observer: log.observe)
            try await log.start(capture)
            display.open(width: 320, height: 200)
            try await eventually("frames") { (log.grabs.count >= 2, "\(log.grabs.count)") }
            try await display.close()
            try await Task.sleep(for: .milliseconds(200))
            await capture.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
        try await eventually("all descriptors closed") {
            let now = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            return (now <= descriptors, "\(now), before \(descriptors)")
        }
    }

    @Test("A server that does not answer any more holds up no one who stops the capture")
    func serverHangs() async throws {
        let display = try Display()
        let log = CaptureLog()
        let capture = X11Capture(display: display.name, rate: 30, logger: logger, observer: log.observe)
        try await log.start(capture)
        display.open(width: 320, height: 200)
        try await eventually("frames") { (log.grabs.count >= 2, "\(log.grabs.count)") }
        kill(display.pid, SIGSTOP)
        // Past the next heartbeat, so that a grab waits for its picture.
        try await Task.sleep(for: .milliseconds(700))
        let start = ContinuousClock.now
        await capture.stop()
        #expect(ContinuousClock.now - start < .seconds(2))
        kill(display.pid, SIGCONT)
        try await display.close()
    }
}
