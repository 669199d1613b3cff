import GStreamer

/// Sends one frame through elements, in a pipeline that lives for that frame only.
enum SingleFrame {
    /// How long a frame may take: far beyond what any does, so that nobody waits for ever for one that fails.
    private static let limit = Duration.seconds(2)

    /// What the elements make of the frame.
    ///
    /// - Throws: `GStreamerError` where an element fails or takes too long.
    static func run(
        _ name: String, _ sample: consuming Sample, through elements: [Element]
    ) async throws -> StillPicture {
        let source = try AppSrc()
        let frame = StillPicture(sample)
        return try await run(name, [source] + elements) { source.push(frame.sample) }
    }

    /// A black frame.
    ///
    /// - Throws: `GStreamerError`.
    static func black(_ size: FrameSize, framesPerSecond: Int) async throws -> StillPicture {
        let caps = Caps(
            "video/x-raw",
            [
                "format": "I420", "width": .int(Int32(size.width)), "height": .int(Int32(size.height)),
                "framerate": .fraction(Int32(framesPerSecond), 1),
            ])
        return try await run(
            "black",
            [
                try Element("videotestsrc", ["pattern": "black", "num-buffers": 1]),
                try Element("capsfilter", ["caps": .caps(caps)]),
            ]
        ) {}
    }

    private static func run(
        _ name: String, _ elements: [Element], begin: @Sendable () -> Void
    ) async throws -> StillPicture {
        let (results, continuation) = AsyncStream.makeStream(
            of: Result<StillPicture, GStreamerError>.self, bufferingPolicy: .bufferingOldest(1))
        let sink = try AppSink { continuation.yield(.success(StillPicture($0))) }
        let pipeline = try Pipeline(name)
        try await pipeline.chain(elements + [sink])
        do { try await pipeline.play() } catch {
            await pipeline.stop()
            throw error
        }
        begin()
        let failures = Task {
            for await case .error(let source, let text, _) in pipeline.messages {
                continuation.yield(
                    .failure(.stateChangeFailed(pipeline: name, state: "PLAYING", reason: "\(source): \(text)")))
            }
        }
        let deadline = Task {
            try? await Task.sleep(for: limit)
            continuation.yield(.failure(.timedOut(operation: name)))
        }
        var result = Result<StillPicture, GStreamerError>.failure(.timedOut(operation: name))
        for await first in results {
            result = first
            break
        }
        deadline.cancel()
        await pipeline.stop()
        await failures.value
        return try result.get()
    }
}
