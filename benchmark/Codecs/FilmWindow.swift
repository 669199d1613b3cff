import Foundation
import GStreamer
import Synchronization

/// A window that films are shown in, one after another without a gap: it outlives each film's pipeline.
struct FilmWindow {
    private let pipeline: Pipeline
    private let source: AppSrc
    private let width: Int32
    private let height: Int32

    /// How long the first frame of a film may take.
    private static let patience = Duration.seconds(20)

    init(display: String, width: Int32, height: Int32) async throws {
        self.width = width
        self.height = height
        source = try AppSrc()
        // Frames that the display is too slow for are left out.
        try source.set("max-buffers", .uint64(1))
        try source.set("leaky-type", "downstream")
        pipeline = try Pipeline("window")
        try await pipeline.chain([
            source, try Element("videoconvert"),
            try Element("ximagesink", ["display": .string(display), "sync": false, "async": false]),
        ])
        try await pipeline.play()
    }

    func stop() async { await pipeline.stop() }

    /// Shows a film from its beginning to its end.
    ///
    /// - Throws: `BenchError.childFailed` where it cannot be decoded.
    func play(_ path: String) async throws {
        let film = try Pipeline("film")
        let pace = Pace()
        let convert = try Element("videoconvert")
        let scaled = Caps(
            "video/x-raw",
            ["width": .int(width), "height": .int(height), "pixel-aspect-ratio": .fraction(1, 1)])
        let sink = try AppSink { [source] sample in
            // On the streaming thread: the film's decoder waits along.
            pace.wait(for: sample.timestamp ?? 0)
            source.push(sample.restamped(at: Runtime.now()))
        }
        let file = try Element("filesrc", ["location": .string(path)])
        let decoder = try Element("decodebin")
        try await film.chain([file, decoder])
        try await film.chain([
            convert, try Element("videoscale", ["add-borders": true]),
            try Element("capsfilter", ["caps": .caps(scaled)]),
            sink,
        ])
        // Sound is left alone: a pad that nobody takes ends by itself where another goes on.
        let connection = try decoder.onPad { pad in _ = try? pad.link(to: convert.pad("sink")) }
        let outcome: Result<Void, any Error>
        do {
            try await film.play()
            let deadline = Task { [patience = Self.patience] in
                try await Task.sleep(for: patience)
                if !pace.hasBegun { await film.stop() }
            }
            defer { deadline.cancel() }
            outcome = await withTaskCancellationHandler {
                await Self.end(of: film, path)
            } onCancel: {
                pace.end()
                Task { await film.stop() }
            }
        } catch { outcome = .failure(error) }
        pace.end()
        await film.stop()
        connection.disconnect()
        try Task.checkCancellation()
        try outcome.get()
    }

    private static func end(of film: Pipeline, _ path: String) async -> Result<Void, any Error> {
        for await message in film.messages {
            switch message {
            case .endOfStream: return .success(())
            case .error(let source, let text, _):
                return .failure(BenchError.childFailed(what: path, reason: "\(source): \(text)"))
            default: break
            }
        }
        return .failure(BenchError.childFailed(what: path, reason: "no frame of it was decoded"))
    }
}

/// Holds frames of a film back until they are due.
private final class Pace: Sendable {
    private let start = Mutex<UInt64?>(nil)
    private let ended = Atomic<Bool>(false)

    var hasBegun: Bool { start.withLock { $0 != nil } }

    /// Waits no longer.
    func end() { ended.store(true, ordering: .relaxed) }

    /// - Parameter stamp: the frame's time in the film, in nanoseconds.
    func wait(for stamp: UInt64) {
        let start = start.withLock { start in
            let now = Runtime.now()
            start = start ?? now - min(now, stamp)
            return start ?? now
        }
        // In short steps, so that the end is not waited for; a film with a gap of more than a minute jumps it.
        let due = min(start + stamp, Runtime.now() + 60_000_000_000)
        while !ended.load(ordering: .relaxed) {
            let now = Runtime.now()
            guard now < due else { return }
            usleep(UInt32(min(due - now, 20_000_000) / 1000))
        }
    }
}
