import GStreamer

/// Turns one raw frame into a JPEG picture, in a pipeline that lives for that frame only.
enum Snapshot {
    /// Encodes the sample.
    ///
    /// - Returns: the JPEG file's bytes.
    /// - Throws: `GStreamerError` where JPEG encoding is not installed or fails.
    static func jpeg(of sample: consuming Sample) async throws -> [UInt8] {
        let (pictures, continuation) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingNewest(1))
        let source = try AppSrc()
        let encoder = try Element("jpegenc", ["quality": .int(80)])
        let sink = try AppSink { picture in
            continuation.yield(picture.bytes())
            continuation.finish()
        }
        let pipeline = try Pipeline("snapshot")
        try await pipeline.chain([source, encoder, sink])
        do { try await pipeline.play() } catch {
            await pipeline.stop()
            throw error
        }
        source.push(sample)
        let deadline = Task {
            try? await Task.sleep(for: .seconds(2))
            continuation.finish()
        }
        var result: [UInt8]?
        for await picture in pictures { result = picture }
        deadline.cancel()
        await pipeline.stop()
        guard let result else { throw GStreamerError.timedOut(operation: "snapshot") }
        return result
    }
}
