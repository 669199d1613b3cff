import Foundation
import GStreamer
import Logging
import TestSupport
import Testing

@testable import Pipelines

@Suite("Recorder", .serialized, .timeLimit(.minutes(2)))
struct RecorderTests {
    init() throws {
        try MediaLibrary.start()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private let folder = NSTemporaryDirectory() + "loco-record-\(UInt64.random(in: .min ... .max))"
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func recorder(of media: GuestMedia, _ format: RecordingFormat) -> Recorder {
        Recorder(of: media, rendition: media.settings.full, format: format, logger: logger) { [folder] in
            "\(folder)/\(format)-\($0).\(format)"
        }
    }

    private func begun(_ recorder: Recorder, parts: Int = 1) async throws {
        try await eventually("file \(parts)") {
            let status = await recorder.status
            return (status.parts.count == parts, "\(status)")
        }
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    @Test(
        "What a viewer watches is recorded from the same encoder, every frame of it, as long as it lasted",
        arguments: RecordingFormat.allCases)
    func moving(_ format: RecordingFormat) async throws {
        let before = LiveObjects.count
        do {
            let media = GuestMedia(settings: MediaSettings(), logger: logger)
            try await media.show(MovingPicture(size: FrameSize(width: 640, height: 480)))
            let viewer = try await Watcher(of: media)
            try await media.feed(.video(media.settings.full, format.codec), to: viewer.outlet)
            try await viewer.more(10)
            let recorder = recorder(of: media, format)
            try await recorder.start()
            try await begun(recorder)
            let began = ContinuousClock.now
            try await viewer.more(90)
            let encoders = await media.status().encoders.filter { $0.codec != "opus" }
            #expect(encoders.count == 1)
            // A file is no viewer.
            #expect(encoders.map(\.viewers) == [1])
            await recorder.stop(within: .seconds(5))
            let lasted = (ContinuousClock.now - began) / .seconds(1)
            let status = await recorder.status
            #expect(status.failure == nil)
            #expect(status.dropped == 0)
            let part = try #require(status.parts.first)
            #expect(part.size == FrameSize(width: 640, height: 480))
            var info = stat()
            #expect(stat(part.path, &info) == 0 && info.st_mode & 0o777 == 0o600)
            let movie = try await Movie(part.path)
            #expect(movie.complaints == [])
            #expect(movie.frames.count >= 85)
            #expect(abs(movie.seconds - lasted) < 0.2)
            #expect(abs(part.seconds - movie.seconds) < 0.05)
            #expect(movie.frames.first?.time == 0)
            // 30 per second, as they were captured.
            let gaps = zip(movie.frames, movie.frames.dropFirst()).map { Double($1.time - $0.time) / 1e6 }
            #expect(gaps.allSatisfy { $0 > 5 && $0 < 500 })
            await media.end(viewer.outlet)
            await viewer.stop()
            await media.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
        remove()
    }

    @Test("A still screen's few frames last as long as they were shown", arguments: RecordingFormat.allCases)
    func still(_ format: RecordingFormat) async throws {
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        let screen = PaintedScreen()
        try await media.show(screen)
        screen.paint(luma: 60)
        // A while ago: it is shown again to whoever joins.
        try await Task.sleep(for: .milliseconds(200))
        let recorder = recorder(of: media, format)
        try await recorder.start()
        try await begun(recorder)
        let began = ContinuousClock.now
        for _ in 0..<3 {
            try await Task.sleep(for: .seconds(1))
            screen.paint(luma: 60)
        }
        try await Task.sleep(for: .milliseconds(700))
        await recorder.stop(within: .seconds(5))
        let lasted = (ContinuousClock.now - began) / .seconds(1)
        let status = await recorder.status
        let movie = try await Movie(try #require(status.parts.first).path)
        #expect(movie.complaints == [])
        #expect(movie.frames.count >= 4 && movie.frames.count <= 6)
        #expect(abs(movie.seconds - lasted) < 0.2)
        #expect(abs((status.parts.first?.seconds ?? 0) - lasted) < 0.2)
        // Nothing was played, and that is what is heard.
        #expect(movie.sound.allSatisfy { $0.peak <= 1 })
        await media.stop()
        remove()
    }

    @Test("A flash and a bang that happened together are together in the file", arguments: RecordingFormat.allCases)
    func inStep(_ format: RecordingFormat) async throws {
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        let server = try SoundServer()
        await media.hear(AudioCapture(pipe: server.path, logger: logger) { _ in })
        let screen = PaintedScreen()
        try await media.show(screen)
        screen.paint(luma: 30)
        try await Task.sleep(for: .milliseconds(200))
        let recorder = recorder(of: media, format)
        try await recorder.start()
        try await begun(recorder)
        // Silence of which next to nothing is sent, and after it the sound must still be in its place.
        let silence = Task { try await server.play(2000, value: 0) }
        for _ in 0..<20 {
            try await Task.sleep(for: .milliseconds(100))
            screen.paint(luma: 30)
        }
        try await silence.value
        screen.paint(luma: 220)
        let bang = Task { try await server.play(500, value: 12_000) }
        for _ in 0..<15 {
            try await Task.sleep(for: .milliseconds(33))
            screen.paint(luma: 220)
        }
        try await bang.value
        try await server.play(300, value: 0)
        await recorder.stop(within: .seconds(5))
        let movie = try await Movie(try #require(await recorder.status.parts.first).path)
        #expect(movie.complaints == [])
        let flash = try #require(movie.frames.first { $0.luma > 120 }).time
        let bangAt = try #require(movie.sound.first { $0.peak > 3000 }).time
        let offset = (Double(bangAt) - Double(flash)) / 1e6
        #expect(abs(offset) < 60, "\(offset) ms")
        #expect(flash > 1_800_000_000)
        await media.stop()
        server.end()
        remove()
    }

    @Test("A mode switch begins another file, and each plays in its own size", arguments: RecordingFormat.allCases)
    func modeSwitch(_ format: RecordingFormat) async throws {
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        try await media.show(MovingPicture(size: FrameSize(width: 320, height: 240)))
        let recorder = recorder(of: media, format)
        try await recorder.start()
        try await begun(recorder)
        let began = ContinuousClock.now
        try await Task.sleep(for: .seconds(1))
        // Also what a QEMU that is started again looks like: one source ends, another begins.
        try await media.show(nil)
        try await Task.sleep(for: .milliseconds(500))
        try await media.show(MovingPicture(size: FrameSize(width: 400, height: 300)))
        try await begun(recorder, parts: 2)
        try await Task.sleep(for: .seconds(1))
        await recorder.stop(within: .seconds(5))
        let lasted = (ContinuousClock.now - began) / .seconds(1)
        let parts = await recorder.status.parts
        #expect(parts.map(\.size) == [FrameSize(width: 320, height: 240), FrameSize(width: 400, height: 300)])
        var seconds = 0.0
        for part in parts {
            let movie = try await Movie(part.path)
            #expect(movie.complaints == [])
            #expect(movie.frames.count >= 20)
            #expect(movie.frames.allSatisfy { $0.width == part.size.width && $0.height == part.size.height })
            seconds += movie.seconds
        }
        #expect(abs(seconds - lasted) < 0.3)
        await media.stop()
        remove()
    }

    @Test("What is on disk plays at any time, as when the node is killed", arguments: RecordingFormat.allCases)
    func unfinished(_ format: RecordingFormat) async throws {
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        try await media.show(MovingPicture())
        let recorder = recorder(of: media, format)
        try await recorder.start()
        try await begun(recorder)
        try await Task.sleep(for: .seconds(4))
        let copy = "\(folder)/killed.\(format)"
        try FileManager.default.copyItem(atPath: try #require(await recorder.status.parts.first).path, toPath: copy)
        let movie = try await Movie(copy)
        #expect(movie.frames.count >= 50, "\(movie.frames.count) frames, \(movie.complaints)")
        #expect(movie.seconds > 1.8)
        await recorder.stop(within: .seconds(5))
        await media.stop()
        remove()
    }

    @Test("A file that cannot be made ends the recording with its path and the remedy")
    func unwritable() async throws {
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        try await media.show(MovingPicture())
        let recorder = Recorder(of: media, rendition: media.settings.full, format: .mp4, logger: logger) { _ in
            "/proc/loco/x.mp4"
        }
        try await recorder.start()
        try await eventually("the failure") {
            let status = await recorder.status
            return (status.failure != nil, "\(status)")
        }
        let failure = try #require(await recorder.status.failure)
        #expect(failure.code == "write-failed")
        #expect(failure.description.contains("/proc/loco/x.mp4") && failure.description.contains("recording.directory"))
        await recorder.stop(within: .seconds(1))
        await media.stop()
        remove()
    }

    @Test("A disk that does not keep up costs the recording frames, which are counted, and the viewers nothing")
    func slowDisk() async throws {
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        try await media.show(MovingPicture())
        let kind = StreamKind.video(media.settings.full, .h264)
        // A queue from which nobody takes.
        let queue = RecordingQueue()
        let stuck = Outlet(source: queue.entry(.picture), reader: .recorder, queueLimit: 5)
        let viewer = try await Watcher(of: media)
        try await media.feed(kind, to: stuck)
        try await media.feed(kind, to: viewer.outlet)
        try await viewer.more(60)
        #expect(queue.entry(.picture).queued == 5)
        #expect(stuck.counters.dropped >= 40)
        #expect(viewer.outlet.counters.dropped <= 1)
        // Health takes these for a viewer's trouble.
        #expect(await media.status().encoders.map(\.counters.dropped) == [viewer.outlet.counters.dropped])
        await media.end(stuck)
        await media.end(viewer.outlet)
        await viewer.stop()
        await media.stop()
        remove()
    }

    @Test("A file that ends before its first sound packet names its sound all the same, or players refuse it")
    func soundless() async throws {
        let path = "\(folder)/soundless.mp4"
        let file = try await RecordingFile(path: path, format: .mp4, logger: logger)
        try await file.start(onFailure: {})
        let picture = try Pipeline("picture")
        try await picture.chain([
            try Element("videotestsrc", ["num-buffers": .int(1)]), try Element("x264enc"),
            try Element("h264parse"), try AppSink { file.write(picture: $0) },
        ])
        try await picture.play()
        for await message in picture.messages {
            if case .endOfStream = message { break }
            if case .error(_, let text, _) = message {
                Issue.record("\(text)")
                break
            }
        }
        await picture.stop()
        await file.finish(within: .seconds(5))
        let bytes = try #require(FileManager.default.contents(atPath: path))
        #expect(bytes.range(of: Data("avc1".utf8)) != nil && bytes.range(of: Data("moof".utf8)) != nil)
        #expect(bytes.range(of: Data("Opus".utf8)) != nil)
        remove()
    }

    @Test("A recording that ends before its first frame leaves no file")
    func nothing() async throws {
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        let recorder = recorder(of: media, .mp4)
        try await recorder.start()
        await recorder.stop(within: .seconds(1))
        #expect(await recorder.status == Recorder.Status())
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        await media.stop()
        remove()
    }
}
