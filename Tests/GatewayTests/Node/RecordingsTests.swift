import Fleet
import Foundation
import HTTPTypes
import Logging
import Pipelines
import Testing

@testable import Gateway

/// With real encoders and files, of the placeholder's picture.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct RecordingsTests {
    private let folder = NSTemporaryDirectory() + "loco-recordings-\(UInt64.random(in: .min ... .max))"
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let instance = InstanceID("instance-7")!

    private func withRecordings(
        _ change: (inout RecordingSettings) -> Void = { _ in }, _ body: (Recordings) async throws -> Void
    ) async throws {
        try MediaLibrary.start()
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        await media.showPlaceholder(Notice(title: "A test"))
        var settings = RecordingSettings(folder: folder, keepFree: 0)
        change(&settings)
        let recordings = Recordings(of: media, instance: instance, settings: settings, logger: logger)
        await recordings.load()
        do {
            try await body(recordings)
        } catch {
            await recordings.stop()
            await media.stop()
            throw error
        }
        await recordings.stop()
        await media.stop()
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private func refusal(_ body: () async throws -> Void) async -> (status: Int, code: String, message: String)? {
        do {
            try await body()
            return nil
        } catch let error as APIError {
            return (error.status.code, error.code, error.message)
        } catch { return (0, "\(error)", "") }
    }

    @Test func `one at a time is written, listed, ended, given out and removed`() async throws {
        try await withRecordings { recordings in
            let begun = try await recordings.begin(RecordingWish())
            #expect(begun.state == .recording && begun.files.count == 1)
            #expect(begun.format == "mp4" && begun.codec == "H264" && begun.rendition == "full")
            #expect(begun.fileUrl == "/recordings/\(begun.id)/file")
            #expect(await refusal { _ = try await recordings.begin(RecordingWish()) }?.code == "already-recording")
            #expect(await refusal { _ = try await recordings.file(of: begun.id, part: 1) }?.code == "still-recording")
            #expect(await refusal { try await recordings.remove(begun.id) }?.code == "still-recording")
            #expect(await recordings.figures().active == 1)
            try await Task.sleep(for: .seconds(1))
            let done = try await recordings.stop(begun.id)
            #expect(done.state == .finished && done.error == nil && done.bytes > 1000 && done.seconds > 0.8)
            #expect(try await recordings.stop(begun.id) == done)
            #expect(await recordings.list() == [done])
            #expect(await recordings.figures() == RecordingFigures(active: 0, bytes: done.bytes, dropped: 0))
            let (path, _) = try await recordings.file(of: done.id, part: 1)
            #expect(FileManager.default.fileExists(atPath: path))
            #expect(await refusal { _ = try await recordings.file(of: done.id, part: 2) }?.status == 404)
            let attributes = try FileManager.default.attributesOfItem(atPath: folder)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            try await recordings.remove(done.id)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
            #expect(await refusal { _ = try await recordings.find(done.id) }?.code == "unknown-recording")
            #expect(await recordings.figures().bytes == done.bytes)
        }
        remove()
    }

    @Test func `two who ask at the same time do not both get one`() async throws {
        try await withRecordings { recordings in
            async let one = refusal { _ = try await recordings.begin(RecordingWish()) }
            async let other = refusal { _ = try await recordings.begin(RecordingWish()) }
            #expect([await one?.code, await other?.code].compactMap(\.self) == ["already-recording"])
        }
        remove()
    }

    @Test func `it ends by itself at its limits and says which`() async throws {
        try await withRecordings { recordings in
            let begun = try await recordings.begin(RecordingWish(format: "webm", maxSeconds: 1))
            #expect(begun.codec == "VP8")
            try await eventually("its end") { try await recordings.find(begun.id).state == .finished }
            #expect(try await recordings.find(begun.id).error?.code == "max-seconds")
        }
        try await withRecordings({ $0.maxBytes = 2000 }) { recordings in
            let begun = try await recordings.begin(RecordingWish())
            try await eventually("its end") { try await recordings.find(begun.id).state == .finished }
            #expect(try await recordings.find(begun.id).error?.code == "max-bytes")
            // Of the former one it knows from the disk.
            #expect(await recordings.list().count == 2)
        }
        remove()
    }

    @Test func `what was being written when its node was killed is listed as ended`() async throws {
        let id = RecordingID()
        try RecordingFolder(path: folder).make()
        let began = Date(timeIntervalSinceNow: -60)
        let left = Recording(
            id: "\(id)", instanceId: instance, format: "mp4", codec: "H264", rendition: "full", startedAt: began,
            files: [.init(width: 640, height: 480, startedAt: began, seconds: 0, bytes: 0)])
        try RecordingFolder(path: folder).keep(left, id)
        let file = RecordingFolder(path: folder).media(id, "mp4", part: 1)
        _ = FileManager.default.createFile(atPath: file, contents: Data(count: 5000))
        try FileManager.default.setAttributes([.modificationDate: began + 42], ofItemAtPath: file)
        // Files of others are left alone.
        try Data("{}".utf8).write(to: URL(filePath: folder + "/note.json"))
        try await withRecordings { recordings in
            let found = try #require(await recordings.list().first)
            #expect(found.state == .finished && found.error?.code == "node-lost")
            #expect(found.bytes == 5000 && abs(found.seconds - 42) < 1.1)
            var news = recordings.events.makeAsyncIterator()
            #expect(await news.next()?.id == "\(id)")
            #expect(await recordings.list().count == 1)
        }
        // Once is enough.
        #expect(RecordingFolder(path: folder).load().unfinished == [])
        remove()
    }

    @Test func `none begins where there is no room or no right, and the answer names the place and the remedy`()
        async throws
    {
        try await withRecordings({ $0.keepFree = .max }) { recordings in
            let full = try #require(await refusal { _ = try await recordings.begin(RecordingWish()) })
            #expect(full.status == 507 && full.code == "disk-full")
            #expect(full.message.contains(folder) && full.message.contains("recording.keepFree"))
        }
        try await withRecordings({ $0.folder = "/proc/loco/instance-7" }) { recordings in
            let refused = try #require(await refusal { _ = try await recordings.begin(RecordingWish()) })
            #expect(refused.status == 503 && refused.code == "directory-unwritable")
            #expect(refused.message.contains("/proc/loco") && refused.message.contains("recording.directory"))
        }
        remove()
    }

    @Test(arguments: [
        (RecordingWish(rendition: "giant"), "unknown-rendition"), (RecordingWish(format: "avi"), "bad-request"),
        (RecordingWish(maxSeconds: 0), "bad-request"), (RecordingWish(maxSeconds: 1e9), "bad-request"),
        (RecordingWish(maxSeconds: .nan), "bad-request"),
    ])
    func `what cannot be is refused before anything is made`(wish: RecordingWish, code: String) async throws {
        try await withRecordings { recordings in
            let refused = await refusal { _ = try await recordings.begin(wish) }
            #expect(refused?.status == 400 && refused?.code == code)
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
        remove()
    }

    @Test func `a node that ends closes what it records`() async throws {
        var id = ""
        try await withRecordings { recordings in
            id = try await recordings.begin(RecordingWish()).id
            try await Task.sleep(for: .milliseconds(300))
            await recordings.stop()
            #expect(await refusal { _ = try await recordings.begin(RecordingWish()) }?.status == 503)
        }
        let kept = RecordingFolder(path: folder).load()
        #expect(kept.unfinished == [])
        #expect(kept.recordings.map(\.id) == [id])
        #expect(kept.recordings.first?.error?.code == "node-stopping")
        remove()
    }
}
