import Foundation
import GStreamer
import Logging

/// Writes one guest's streams to disk as they are sent to viewers: it watches like a viewer, and nothing is encoded for
/// it but what its format needs and nobody watches.
///
/// Frames come as rarely as the guest draws; each is shown until the next one's time. What a file's header says of the
/// picture cannot change within it: where the guest changes its size, the next file begins.
public actor Recorder {
    /// One file.
    public struct Part: Sendable, Equatable {
        /// Where it is.
        public let path: String
        /// The picture's size.
        public let size: FrameSize
        /// When it began.
        public let startedAt: Date
        /// How long it is, in seconds.
        public var seconds: Double
    }

    /// What is written so far.
    public struct Status: Sendable, Equatable {
        /// The files, in order; none before the first frame.
        public var parts: [Part] = []
        /// Frames that are missing because the disk did not keep up.
        public var dropped: UInt64 = 0
        /// Why it cannot go on; nil while it can.
        public var failure: RecordingError?
    }

    /// How far apart keyframes may be, in nanoseconds: players seek to them. Viewers would need none.
    static let keyframeInterval: UInt64 = 10_000_000_000
    /// Bytes after which the next file begins, for players' 32-bit sizes.
    static let partLimit: UInt64 = 3 << 30

    /// Tells that something in the status changed that cannot wait: a file began, or it cannot go on.
    public nonisolated let changes: AsyncStream<Void>

    private let media: GuestMedia
    private let kind: StreamKind
    private let format: RecordingFormat
    private let bitrate: Int
    private let place: @Sendable (Int) -> String
    private let logger: Logger
    private let queue = RecordingQueue()
    private let picture: Outlet
    private let sound: Outlet
    private let change: AsyncStream<Void>.Continuation
    private var writing: Task<Void, Never>?
    private var closing: [Task<Void, Never>] = []
    private var ended: [Part] = []
    private var part: RecordingPart?
    private var failure: RecordingError?
    private var keyframeAt: UInt64 = 0
    /// Frames that came before the first keyframe: what a file cannot begin with is not missing from it.
    private var early: UInt64?
    private var giveUpAt: ContinuousClock.Instant?
    private var isStopped = false

    /// - Parameters:
    ///   - place: the path of the file of that number, 1 for the first.
    public init(
        of media: GuestMedia, rendition: Rendition, format: RecordingFormat, logger: Logger,
        place: @escaping @Sendable (Int) -> String
    ) {
        self.media = media
        self.format = format
        self.place = place
        self.logger = logger
        kind = .video(rendition, format.codec)
        bitrate = rendition.bitrate
        picture = Outlet(source: queue.entry(.picture), reader: .recorder, queueLimit: RecordingQueue.pictureLimit)
        sound = Outlet(source: queue.entry(.sound), reader: .recorder, queueLimit: RecordingQueue.soundLimit)
        (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Begins to watch. The first file begins with the first keyframe, which is asked for.
    ///
    /// - Throws: `GStreamerError` where an encoder does not start.
    public func start() async throws {
        writing = Task { [queue] in
            for await item in queue.items {
                await self.take(item)
                queue.done(item)
            }
        }
        do {
            // First, so that the sound of the first frame is there.
            try await media.feed(.sound, to: sound)
            try await media.feed(kind, to: picture)
        } catch {
            await stop(within: .seconds(1))
            throw error
        }
    }

    /// What is written so far.
    public var status: Status {
        Status(
            parts: ended + [part.map(described)].compactMap(\.self),
            dropped: early.map { picture.counters.dropped - $0 + sound.counters.dropped } ?? 0, failure: failure)
    }

    /// To be called about once a second: nobody lowers the bitrate for a file, and a viewer who did may have left.
    public func tick() async {
        guard !isStopped, let load = await media.load(of: kind, without: picture), load.estimates.isEmpty else {
            return
        }
        if load.bitrate < bitrate { await media.setBitrate(bitrate, of: kind) }
    }

    /// Stops watching and closes the files; what is not on disk within that time is lost.
    public func stop(within limit: Duration) async {
        guard !isStopped else { return }
        isStopped = true
        let now = Runtime.now()
        giveUpAt = .now + limit
        await media.end(picture)
        await media.end(sound)
        queue.finish()
        await writing?.value
        if part != nil { close(at: now, within: limit) }
        for task in closing { await task.value }
        change.finish()
    }

    private func described(_ part: RecordingPart) -> Part {
        Part(path: part.file.path, size: part.signature.size, startedAt: part.startedAt, seconds: part.seconds)
    }

    private func take(_ item: RecordingQueue.Item) async {
        guard failure == nil, let time = item.sample.timestamp else { return }
        switch item.track {
        case .sound: part?.add(sound: item, capturedAt: time)
        case .picture:
            if item.sample.isKeyframe { await begin(with: item.sample, capturedAt: time) }
            part?.add(picture: item, capturedAt: time)
            if time > keyframeAt + Self.keyframeInterval {
                keyframeAt = time
                picture.requestKeyframe()
            }
        }
        // The queue fills meanwhile, and then the outlets leave out what follows.
        while let file = part?.file, file.isFull, failure == nil, ContinuousClock.now < giveUpAt ?? .now + .seconds(1) {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Begins another file where the keyframe is not what the present one's header says.
    private func begin(with keyframe: borrowing Sample, capturedAt time: UInt64) async {
        keyframeAt = time
        if early == nil { early = picture.counters.dropped }
        guard let signature = StreamSignature(keyframe, format) else { return }
        if let part, part.signature == signature, Self.size(of: part.file.path) < Self.partLimit { return }
        if part != nil { close(at: time, within: .seconds(30)) }
        let path = place(ended.count + 1)
        do {
            let file = try await RecordingFile(path: path, format: format, logger: logger)
            part = RecordingPart(number: ended.count + 1, file: file, signature: signature, startingAt: time)
            try await file.start { [weak self] in
                Task { await self?.failed(file) }
            }
            logger.info("recording", metadata: ["path": "\(path)", "size": "\(signature.size)"])
        } catch let error as RecordingError {
            fail(error)
        } catch {
            fail(.cannotStart(reason: "\(error)"))
        }
        change.yield()
    }

    private func close(at time: UInt64, within limit: Duration) {
        guard var last = part.take() else { return }
        last.end(at: time)
        ended.append(described(last))
        let file = last.file
        closing.append(Task { await file.finish(within: limit) })
    }

    private func failed(_ file: RecordingFile) { if let error = file.failure { fail(error) } }

    private func fail(_ error: RecordingError) {
        guard failure == nil else { return }
        failure = error
        change.yield()
    }

    private static func size(of path: String) -> UInt64 {
        var info = stat()
        return stat(path, &info) == 0 ? UInt64(max(0, info.st_size)) : 0
    }
}
