import GStreamer

/// Makes PNG files of pictures, in this process.
enum PNGPicture {
    /// Seconds that one may take.
    private static let limit = 20

    /// Encodes a frame of four bytes a pixel (blue, green, red, unused), rows without gaps.
    ///
    /// - Throws: `GStreamerError` where an element is not installed or fails.
    static func of(_ pixels: [UInt8], width: Int, height: Int) async throws -> [UInt8] {
        let caps = Caps(
            "video/x-raw",
            [
                "format": "BGRx", "width": .int(Int32(width)), "height": .int(Int32(height)),
                "framerate": .fraction(1, 1),
            ])
        return try await make(pixels, caps, through: ["videoconvert", "pngenc"])
    }

    /// Draws an SVG file that names this size, in pixels.
    ///
    /// - Throws: `GStreamerError` where an element is not installed or fails.
    static func of(svg: String, width: Int, height: Int) async throws -> [UInt8] {
        let caps = Caps(
            "image/svg+xml",
            ["width": .int(Int32(width)), "height": .int(Int32(height)), "framerate": .fraction(1, 1)])
        return try await make(Array(svg.utf8), caps, through: ["rsvgdec", "videoconvert", "pngenc"])
    }

    private static func make(_ bytes: [UInt8], _ caps: Caps, through elements: [String]) async throws -> [UInt8] {
        let name = "png"
        let (results, continuation) = AsyncStream.makeStream(
            of: Result<[UInt8], GStreamerError>.self, bufferingPolicy: .bufferingOldest(1))
        let source = try AppSrc()
        try source.set("caps", .caps(caps))
        let sink = try AppSink { continuation.yield(.success($0.bytes())) }
        let pipeline = try Pipeline(name)
        let parts = try elements.map { try Element($0) }
        let watcher = Task {
            for await case .error(let element, let text, _) in pipeline.messages {
                continuation.yield(
                    .failure(.stateChangeFailed(pipeline: name, state: "PLAYING", reason: "\(element): \(text)")))
            }
        }
        let deadline = Task {
            try? await Task.sleep(for: .seconds(limit))
            continuation.finish()
        }
        var result = Result<[UInt8], any Error>.failure(GStreamerError.timedOut(operation: name))
        do {
            try await pipeline.chain([source] + parts + [sink])
            try await pipeline.play()
            source.push(bytes, timestamp: 0)
            source.endOfStream()
            for await first in results {
                result = first.mapError { $0 }
                break
            }
        } catch { result = .failure(error) }
        deadline.cancel()
        await pipeline.stop()
        await watcher.value
        await deadline.value
        return try result.get()
    }
}
