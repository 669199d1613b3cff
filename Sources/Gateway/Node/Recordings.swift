import Fleet
import Foundation
import HTTPTypes
import Logging
import Pipelines

/// The recordings of one guest: one at a time is written, within the limits of time, size and disk; the others are
/// listed, given out and removed.
actor Recordings {
    private struct Current {
        let id: RecordingID
        let recorder: Recorder
        let limit: Double
        var recording: Recording
        var watching: Task<Void, Never>?
        var ending: Task<Recording, Never>?
    }

    /// Files of one recording at most: a guest that changes its mode without end must not fill the folder with them.
    static let partLimit = 200
    /// How long it may take to close a recording, with what waits for the disk.
    private static let closingLimit = Duration.seconds(8)
    /// The same while the node ends, which is killed after 12 s.
    private static let hurriedLimit = Duration.seconds(4)
    private static let stopping = APIError(.serviceUnavailable, "node-unavailable", "the node is stopping")
    /// How long the answer to a start waits for the first frame.
    private static let firstFrameLimit = Duration.seconds(3)

    /// Recordings that began, ended or failed, for one reader; the newest 64 are kept for it.
    nonisolated let events: AsyncStream<Recording>

    private let instance: InstanceID
    private let media: GuestMedia
    private let settings: RecordingSettings
    private let folder: RecordingFolder
    private let news: AsyncStream<Recording>.Continuation
    private let logger: Logger
    private var current: Current?
    private var isStarting = false
    private var isStopped = false
    private var kept: [Recording] = []
    private var tally = RecordingFigures()

    init(of media: GuestMedia, instance: InstanceID, settings: RecordingSettings, logger: Logger) {
        self.instance = instance
        self.media = media
        self.settings = settings
        self.logger = logger
        folder = RecordingFolder(path: settings.folder)
        (events, news) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    /// Takes up what is in the folder.
    func load() {
        let found = folder.load()
        kept = found.recordings
        for trouble in found.troubles { logger.warning("recording not taken up: \(trouble)") }
        for recording in kept where found.unfinished.contains(recording.id) {
            logger.warning("recording found that a node left unfinished", metadata: ["recording": "\(recording.id)"])
            news.yield(recording)
        }
    }

    /// What metrics tell.
    func figures() async -> RecordingFigures {
        await look()
        var figures = tally
        figures.active = current == nil ? 0 : 1
        figures.bytes += current?.recording.bytes ?? 0
        figures.dropped += current?.recording.droppedFrames ?? 0
        return figures
    }

    /// All of them, the newest first.
    func list() async -> [Recording] {
        await look()
        return ([current?.recording].compactMap(\.self) + kept).sorted { $0.startedAt > $1.startedAt }
    }

    /// The one of that id.
    ///
    /// - Throws: `APIError` 404.
    func find(_ id: String) async throws -> Recording {
        if let found = await list().first(where: { $0.id == id }) { return found }
        throw APIError(.notFound, "unknown-recording", "there is no such recording; GET /recordings lists them")
    }

    /// Begins one.
    ///
    /// - Throws: `APIError` 409 while another runs, 400 for what cannot be wished, 507 where the disk is full, 503 where
    ///   the folder cannot be written or no encoder starts.
    func begin(_ wish: RecordingWish) async throws -> Recording {
        guard !isStopped else { throw Self.stopping }
        guard current == nil, !isStarting else {
            throw APIError(
                .conflict, "already-recording",
                "\(instance) is being recorded already\(current.map { " (\($0.id))" } ?? ""): stop that one first")
        }
        isStarting = true
        defer { isStarting = false }
        let (rendition, format) = try await wish.choice(of: media)
        let limit = try wish.length(within: settings)
        try folder.prepare(keeping: settings.keepFree)
        let id = RecordingID()
        let recorder = Recorder(of: media, rendition: rendition, format: format, logger: logger) { [folder] part in
            folder.media(id, format.rawValue, part: part)
        }
        do { try await recorder.start() } catch {
            throw APIError(.serviceUnavailable, "recorder-failed", "the recorder does not start: \(error)")
        }
        let recording = Recording(
            id: "\(id)", instanceId: instance, format: format.rawValue, codec: format.codec.encodingName,
            rendition: rendition.name)
        // The node may have begun to stop meanwhile.
        guard !isStopped else {
            await recorder.stop(within: .seconds(1))
            throw Self.stopping
        }
        current = Current(id: id, recorder: recorder, limit: limit, recording: recording)
        current?.watching = Task { [weak self] in await self?.watch(recorder, from: .now) }
        logger.notice("recording begins", metadata: ["recording": "\(id)", "rendition": "\(rendition.name)"])
        await awaitFirstFrame(of: id)
        guard let begun = current, begun.id == id, begun.ending == nil else { return try await ended(id) }
        persist(begun.recording, id)
        news.yield(begun.recording)
        return begun.recording
    }

    /// Ends one, and returns when its files are closed. One that has ended already stays as it is.
    ///
    /// - Throws: `APIError` 404.
    func stop(_ id: String) async throws -> Recording {
        let found = try await find(id)
        guard let running = current, running.recording.id == id else { return found }
        return await end(running, because: nil)
    }

    /// The file of that number, 1 for the first.
    ///
    /// - Throws: `APIError` 404; 409 for a file that is being written.
    func file(of id: String, part: Int) async throws -> (path: String, recording: Recording) {
        let recording = try await find(id)
        guard let id = RecordingID(id), recording.files.indices.contains(part - 1) else {
            throw APIError(
                .notFound, "unknown-part", "this recording has \(recording.files.count) files, and no number \(part)")
        }
        guard recording.state != .recording || part < recording.files.count else {
            throw APIError(.conflict, "still-recording", "this file is being written: stop the recording first")
        }
        return (folder.media(id, recording.format, part: part), recording)
    }

    /// Removes one with its files.
    ///
    /// - Throws: `APIError` 404; 409 for one that runs.
    func remove(_ id: String) async throws {
        let recording = try await find(id)
        guard recording.state != .recording, let name = RecordingID(id) else {
            throw APIError(.conflict, "still-recording", "it is being written: stop the recording first")
        }
        do { try folder.remove(recording, name) } catch {
            throw APIError(.internalServerError, "write-failed", "\(error)")
        }
        kept.removeAll { $0.id == id }
    }

    /// Ends what runs; none begins after it.
    func stop() async {
        isStopped = true
        if let running = current {
            _ = await end(running, because: .init(code: "node-stopping", message: "the node was stopped"))
        }
        news.finish()
    }

    /// One that ended as soon as it had begun; where nothing was written, it never was.
    private func ended(_ id: RecordingID) async throws -> Recording {
        if let ending = current?.ending { _ = await ending.value }
        let recording = try await find("\(id)")
        guard recording.state == .failed, recording.files.isEmpty, let problem = recording.error else {
            return recording
        }
        kept.removeAll { $0.id == recording.id }
        try? folder.remove(recording, id)
        let isFull = problem.code == "disk-full"
        throw APIError(isFull ? .insufficientStorage : .serviceUnavailable, problem.code, problem.message)
    }

    private func awaitFirstFrame(of id: RecordingID) async {
        let deadline = ContinuousClock.now + Self.firstFrameLimit
        while ContinuousClock.now < deadline {
            await look()
            guard let current, current.id == id, current.ending == nil, current.recording.files.isEmpty else { return }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Looks once a second, and at once when something changed, whether it must end.
    private func watch(_ recorder: Recorder, from began: ContinuousClock.Instant) async {
        let changes = Task { [weak self] in
            for await _ in recorder.changes { await self?.check(recorder, since: began) }
        }
        while !Task.isCancelled, let left = await check(recorder, since: began) {
            await recorder.tick()
            try? await Task.sleep(for: min(left, .seconds(1)))
        }
        // They end with the recorder.
        await changes.value
    }

    /// - Returns: how long it may go on; nil where it has ended.
    @discardableResult
    private func check(_ recorder: Recorder, since began: ContinuousClock.Instant) async -> Duration? {
        let failure = await look()
        guard let current, current.recorder === recorder, current.ending == nil else { return nil }
        let left = .seconds(current.limit) - (ContinuousClock.now - began)
        if let failure {
            conclude(.init(code: failure.code, message: failure.description), as: .failed)
        } else if left <= .zero {
            conclude(.init(code: "max-seconds", message: "it has its \(current.limit.formatted()) seconds"))
        } else if current.recording.bytes >= settings.maxBytes {
            conclude(.init(code: "max-bytes", message: "it has its \(settings.maxBytes) bytes (recording.maxBytes)"))
        } else if current.recording.files.count >= Self.partLimit {
            conclude(.init(code: "max-parts", message: "the guest changed its picture's size \(Self.partLimit) times"))
        } else if let lack = folder.lack(keeping: settings.keepFree) {
            conclude(.init(code: "disk-full", message: lack))
        } else {
            return left
        }
        return nil
    }

    /// Takes what the recorder has written so far.
    ///
    /// - Returns: why it cannot go on.
    @discardableResult
    private func look() async -> RecordingError? {
        guard let recorder = current?.recorder else { return nil }
        let status = await recorder.status
        guard let id = current?.id, current?.recorder === recorder, var recording = current?.recording else {
            return nil
        }
        let known = recording.files.count
        recording.take(status)
        current?.recording = recording
        if known != recording.files.count { persist(recording, id) }
        return status.failure
    }

    /// Begins to end it without waiting.
    private func conclude(_ problem: Recording.Problem, as state: Recording.State = .finished) {
        if let running = current { _ = ending(running, because: problem, as: state) }
    }

    /// Ends what runs, once, and returns when its files are closed; whoever comes later waits for that too.
    private func end(_ running: Current, because problem: Recording.Problem?) async -> Recording {
        await ending(running, because: problem, as: .finished).value
    }

    private func ending(
        _ running: Current, because problem: Recording.Problem?, as state: Recording.State
    ) -> Task<Recording, Never> {
        if let ending = running.ending { return ending }
        let task = Task { await self.close(running, problem, state) }
        current?.ending = task
        return task
    }

    private func close(
        _ running: Current, _ problem: Recording.Problem?, _ state: Recording.State
    ) async -> Recording {
        await running.recorder.stop(within: isStopped ? Self.hurriedLimit : Self.closingLimit)
        running.watching?.cancel()
        await running.watching?.value
        let status = await running.recorder.status
        var recording = current?.recording ?? running.recording
        recording.take(status)
        recording.state = status.failure == nil ? state : .failed
        recording.error = problem ?? status.failure.map { .init(code: $0.code, message: $0.description) }
        tally.bytes += recording.bytes
        tally.dropped += recording.droppedFrames
        persist(recording, running.id)
        kept.append(recording)
        current = nil
        logger.notice(
            "recording ended",
            metadata: [
                "recording": "\(recording.id)", "seconds": "\(recording.seconds)", "bytes": "\(recording.bytes)",
                "why": "\(recording.error?.code ?? "requested")",
            ])
        news.yield(recording)
        return recording
    }

    private func persist(_ recording: Recording, _ id: RecordingID) {
        do { try folder.keep(recording, id) } catch {
            logger.error("what is known of the recording is not kept: \(error)", metadata: ["recording": "\(id)"])
        }
    }
}
