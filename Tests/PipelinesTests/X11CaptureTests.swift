import GStreamer
import Logging
import Synchronization
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
            let (grabbed, changed, passed) = (Counter(), Counter(), Counter())
            let sizes = Mutex<[FrameSize]>([])
            let last = Mutex<Caps?>(nil)
            let capture = X11Capture(display: display.name, rate: 30, logger: logger) { _, isChanged in
                grabbed.increment()
                if isChanged { changed.increment() }
            }
            try await capture.start(
                frames: { sample in
                    passed.increment()
                    let caps = sample.caps
                    last.withLock { $0 = caps }
                }, sizes: { size in sizes.withLock { $0.append(size) } })
            display.open(width: 720, height: 400)
            try await eventually("the first mode") {
                (sizes.withLock { $0.last } == FrameSize(width: 720, height: 400), "\(sizes.withLock { $0 })")
            }
            display.resize(width: 640, height: 480)
            try await eventually("the second mode's frames") {
                (
                    last.withLock { $0?["width"] } == .int(640) && last.withLock { $0?["height"] } == .int(480),
                    "\(sizes.withLock { $0 })"
                )
            }
            // Still: frames are grabbed, next to none is encoded.
            try await Task.sleep(for: .milliseconds(800))
            let (still, encoded) = (changed.value, passed.value)
            let mark = grabbed.value
            try await eventually("thirty more grabs") { (grabbed.value >= mark + 30, "\(grabbed.value - mark)") }
            #expect(changed.value == still)
            #expect(passed.value - encoded <= 2)
            // A demanded frame passes all the same.
            let demanded = passed.value
            capture.passFrame(at: 0)
            try await eventually("the demanded frame") { (passed.value > demanded, "\(passed.value)") }
            // A change passes at once.
            display.paint(0xFF0000)
            try await eventually("the change") { (changed.value == still + 1, "\(changed.value - still)") }
            await capture.setRate(2)
            let slow = grabbed.value
            try await Task.sleep(for: .seconds(2))
            #expect(grabbed.value - slow <= 8)
            await capture.stop()
        }
        try await display.close()
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("A display where no server answers is an error that names it")
    func noServer() async {
        let capture = X11Capture(display: ":4711", rate: 30, logger: logger) { _, _ in }
        await #expect(throws: CaptureError.displayUnreachable(":4711")) {
            try await capture.start(frames: { _ in }, sizes: { _ in })
        }
    }

    @Test("The death of the X server ends neither the process nor the next capture")
    func serverDies() async throws {
        let before = LiveObjects.count
        for _ in 0..<2 {
            let display = try Display()
            let grabbed = Counter()
            let capture = X11Capture(display: display.name, rate: 30, logger: logger) { _, _ in grabbed.increment() }
            try await capture.start(frames: { _ in }, sizes: { _ in })
            display.open(width: 320, height: 200)
            try await eventually("frames") { (grabbed.value >= 3, "\(grabbed.value)") }
            try await display.close()
            try await Task.sleep(for: .milliseconds(500))
            await capture.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }
}
