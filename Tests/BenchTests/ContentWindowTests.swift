import Foundation
import GStreamer
import Synchronization
import Testing

@testable import Pipelines
@testable import bench

@Suite("Made-up content on an X display", .serialized, .timeLimit(.minutes(1))) struct ContentWindowTests {
    /// An X server of the test's own.
    private final class Server {
        let name: String
        private let process = Process()

        init(without extensions: [String] = []) throws {
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/Xvfb")
            process.arguments =
                ["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]
                + extensions.flatMap { ["-extension", $0] }
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try LocoProcess.withoutBlockedSignals { [process] in try process.run() }
            // It writes its number once it is ready.
            let number = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            name = ":" + number.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        func stop() {
            process.terminate()
            process.waitUntilExit()
        }
    }

    /// Shows content on a thread of its own, and looks at the screen meanwhile.
    ///
    /// - Parameter seconds: after which the input ends.
    /// - Returns: what the show says, and the numbers that were seen.
    private func watch(
        _ kind: ContentKind, on server: Server, seconds: Double
    ) async throws -> (begun: ContentLine?, ended: ContentLine, seen: [Int]) {
        let format = ScreenFormat(width: 320, height: 240, framesPerSecond: 20)
        let input = Pipe()
        let begun = Mutex<ContentLine?>(nil)
        let (display, descriptor) = (server.name, input.fileHandleForReading.fileDescriptor)
        let outcome = Mutex<Result<ContentLine, any Error>?>(nil)
        let thread = Thread {
            let show = ContentShow(
                content: kind.content(format), display: display, seconds: nil, input: descriptor)
            let result = Result { try show.run { line in begun.withLock { $0 = line } } }
            outcome.withLock { $0 = result }
        }
        thread.start()
        let connection = try X11Connection(display: display, control: CaptureControl(rate: 30))
        let image = connection.image(of: FrameSize(width: 320, height: 240))
        var seen: [Int] = []
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if connection.grab(CaptureRegion(x: 0, y: 0, size: FrameSize(width: 320, height: 240)), into: image),
                let number = FrameStrip.read(UnsafeRawBufferPointer(image.bytes), width: 320, height: 240),
                number != seen.last
            {
                seen.append(number)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        try input.fileHandleForWriting.close()
        let deadline = ContinuousClock.now + .seconds(10)
        while outcome.withLock({ $0 }) == nil, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        let result = try #require(outcome.withLock { $0 }, "the show did not end with its input")
        return (begun.withLock { $0 }, try result.get(), seen)
    }

    @Test("frames appear in order until the input ends, with shared memory and without", arguments: [[], ["MIT-SHM"]])
    func shows(without: [String]) async throws {
        let server = try Server(without: without)
        defer { server.stop() }
        let (begun, ended, seen) = try await watch(.scroll, on: server, seconds: 2)
        #expect(begun?.framesPerSecond == 20 && (begun?.start ?? 0) > 0)
        #expect(seen == seen.sorted() && seen.count > 5, "\(seen)")
        let (shown, skipped) = (try #require(ended.shown), try #require(ended.skipped))
        // Every frame up to the last one seen was either shown or is told to have been left out.
        #expect(shown + skipped > (seen.last ?? .max))
        #expect(seen.count <= shown)
        #expect(ended.lateP95 != nil)
    }

    @Test("what does not change is not drawn again")
    func still() async throws {
        let server = try Server()
        defer { server.stop() }
        let (_, ended, seen) = try await watch(.cursor, on: server, seconds: 2)
        #expect((ended.shown ?? 0) + (ended.skipped ?? 0) <= 6)
        #expect(seen.allSatisfy { $0.isMultiple(of: 10) } && seen.count >= 2, "\(seen)")
    }

    @Test("a display that is missing or too small is an error that names it")
    func refuses() throws {
        let server = try Server()
        defer { server.stop() }
        let large = ContentKind.cursor.content(ScreenFormat(width: 800, height: 600, framesPerSecond: 30))
        #expect(throws: ContentError.self) {
            try ContentShow(content: large, display: server.name, seconds: 1).run { _ in }
        }
        let error = #expect(throws: ContentError.self) {
            try ContentShow(content: large, display: ":64999", seconds: 1).run { _ in }
        }
        #expect(error?.localizedDescription.contains(":64999") == true)
    }
}
