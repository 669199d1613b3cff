import Hummingbird

/// The body of `POST /recordings`; all of it may be left out.
struct RecordingWish: Codable, Sendable, Equatable {
    /// The rendition's name; `full` without.
    var rendition: String?
    /// `mp4` or `webm`; without, that of an encoder that runs.
    var format: String?
    /// Less than the configured limit.
    var maxSeconds: Double?

    /// Reads it from a request.
    ///
    /// - Throws: `APIError`.
    static func read(_ request: Request) async throws -> RecordingWish {
        guard request.headers[.contentType] != nil else {
            // Without a body nothing special is wished.
            guard try await request.wholeBody(limit: 4096).readableBytes == 0 else {
                throw APIError.unsupportedMediaType(expected: "application/json")
            }
            return RecordingWish()
        }
        return try await request.json(RecordingWish.self, limit: 4096)
    }
}
