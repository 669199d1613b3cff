import GStreamer

/// Turns one raw frame into a JPEG picture.
enum Snapshot {
    /// Encodes the sample.
    ///
    /// - Returns: the JPEG file's bytes.
    /// - Throws: `GStreamerError` where JPEG encoding is not installed or fails.
    static func jpeg(of sample: consuming Sample) async throws -> [UInt8] {
        let encoder = try Element("jpegenc", ["quality": .int(80)])
        return try await SingleFrame.run("snapshot", sample, through: [encoder]).sample.bytes()
    }
}
