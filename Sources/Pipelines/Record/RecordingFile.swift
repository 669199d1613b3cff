import Foundation
import GStreamer
import Logging
import Synchronization

/// One file being written: two sources, a muxer and the disk, in a pipeline of its own.
actor RecordingFile {
    private enum Outcome: Equatable {
        case open
        case ended
        case failed(RecordingError)
    }

    /// Frames that may wait for the muxer, which lets the picture wait for the sound that belongs to it
    /// (``SoundTimeline/patience``), and a second more.
    private static let queueLimit: UInt64 = 110

    /// Where it is.
    nonisolated let path: String
    private let format: RecordingFormat
    private let pipeline: Pipeline
    private nonisolated let picture: AppSrc
    private nonisolated let sound: AppSrc
    private nonisolated let outcome = Mutex(Outcome.open)
    private let ended = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let logger: Logger
    private var watch: Task<Void, Never>?

    /// Makes the file, for its owner alone, and what writes it.
    ///
    /// - Throws: `RecordingError`, `GStreamerError`.
    init(path: String, format: RecordingFormat, logger: Logger) async throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw errno == ENOSPC
                ? RecordingError.diskFull(path: path)
                : RecordingError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
        }
        close(descriptor)
        self.path = path
        self.format = format
        self.logger = logger
        (picture, sound) = (try AppSrc(name: "picture"), try AppSrc(name: "sound"))
        // Not live: the muxer takes both streams in order of time, and not as they happen to come.
        for source in [picture, sound] { try source.set("is-live", false) }
        // Also of a file that ends before its first packet: MP4 with a track of an unknown kind is refused by players.
        try sound.set("caps", .caps(RecordingFormat.sound))
        let muxer = try format.muxer()
        // Unbuffered, so that all that was written survives this process. Writing does not wait for a first frame.
        let file = try Element(
            "filesink", name: "file", ["location": .string(path), "async": false, "buffer-mode": "unbuffered"])
        pipeline = try Pipeline("record")
        try await pipeline.chain([muxer, file])
        let parsed = [picture] + [try format.parser()].compactMap(\.self)
        try await pipeline.chain(parsed)
        try await pipeline.add([sound])
        try parsed[parsed.count - 1].pad("src").link(to: try muxer.requestPad("video_%u"))
        try sound.pad("src").link(to: try muxer.requestPad("audio_%u"))
    }

    /// Starts to write. Samples may be pushed before.
    ///
    /// - Parameter onFailure: called once when it cannot go on.
    /// - Throws: `GStreamerError`.
    func start(onFailure: @escaping @Sendable () -> Void) async throws {
        watch = Task {
            for await message in self.pipeline.messages {
                if self.isFirstFailure(message) { onFailure() }
            }
            self.ended.continuation.finish()
        }
        try await pipeline.play()
    }

    /// Why it cannot go on; nil while it can.
    nonisolated var failure: RecordingError? {
        outcome.withLock { if case .failed(let error) = $0 { error } else { nil } }
    }

    /// Whether more waits to be written than should.
    nonisolated var isFull: Bool { picture.queued >= Self.queueLimit }

    /// Adds a frame; its time counts from the file's beginning.
    nonisolated func write(picture frame: borrowing Sample) { picture.push(frame) }

    /// Adds a sound packet; likewise.
    nonisolated func write(sound packet: borrowing Sample) { sound.push(packet) }

    /// Writes what waits and closes the file, complete with its index; after that long without one.
    func finish(within limit: Duration) async {
        picture.endOfStream()
        sound.endOfStream()
        if failure == nil {
            let alarm = Task { [ended] in
                try? await Task.sleep(for: limit)
                ended.continuation.finish()
            }
            for await _ in ended.stream where outcome.withLock({ $0 != .open }) { break }
            alarm.cancel()
            if outcome.withLock({ $0 == .open }) {
                logger.warning(
                    "recording closed without its index: the disk did not take it in time",
                    metadata: ["path": "\(path)"])
            }
        }
        await pipeline.stop()
        await watch?.value
        guard format == .mp4, outcome.withLock({ $0 != .ended }) else { return }
        do { try FragmentedMovie.cutTorn(path) } catch {
            logger.warning("recording keeps the torn end that it has: \(error)", metadata: ["path": "\(path)"])
        }
    }

    /// Takes what the pipeline says.
    ///
    /// - Returns: whether it cannot go on from here.
    private nonisolated func isFirstFailure(_ message: BusMessage) -> Bool {
        switch message {
        case .error(let source, let text, let debug):
            let error = Self.error(path, text, debug)
            let isFirst = outcome.withLock { outcome in
                defer { if outcome == .open { outcome = .failed(error) } }
                return outcome == .open
            }
            ended.continuation.yield()
            if isFirst { logger.error("recording interrupted: \(source): \(text)", metadata: ["path": "\(path)"]) }
            return isFirst
        case .endOfStream:
            outcome.withLock { if $0 == .open { $0 = .ended } }
            ended.continuation.yield()
        case .warning(let source, let text):
            logger.warning("\(source): \(text)", metadata: ["path": "\(path)"])
        case .element, .latencyChanged: break
        }
        return false
    }

    private static func error(_ path: String, _ text: String, _ debug: String?) -> RecordingError {
        // GStreamer's words for ENOSPC; whether the disk is full tells itself.
        var disk = statvfs()
        let isFull = statvfs((path as NSString).deletingLastPathComponent, &disk) == 0 && disk.f_bavail == 0
        if isFull || text.contains("no space left") { return .diskFull(path: path) }
        return .cannotWrite(path: path, reason: text + (debug.map { " (\($0))" } ?? ""))
    }
}
