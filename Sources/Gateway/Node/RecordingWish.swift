import HTTPTypes
import Hummingbird
import Pipelines

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

    /// What is recorded, and as what.
    ///
    /// - Throws: `APIError` 400 for what does not exist, 503 where nothing encodes.
    func choice(of media: GuestMedia) async throws -> (Rendition, RecordingFormat) {
        let name = rendition ?? media.settings.full.name
        guard let rendition = media.settings.rendition(named: name) else {
            let known = media.settings.renditions.map(\.name).joined(separator: ", ")
            throw APIError(
                .badRequest, "unknown-rendition", "no rendition '\(name.prefix(40))'; this guest is sent as \(known)")
        }
        let able = media.codecs
        if let format {
            guard let known = RecordingFormat(rawValue: format) else {
                throw APIError.badRequest("'format' must be mp4, webm or null, not '\(format.prefix(40))'")
            }
            guard able.contains(known.codec) else {
                throw APIError(
                    .badRequest, "codec-unavailable",
                    "this node encodes no \(known.codec.encodingName), which \(known.rawValue) holds: ask for another"
                        + " format, or see video.codecs and the packages of its encoders")
            }
            return (rendition, known)
        }
        let running = await media.status().encoders.filter { $0.rendition == name }.map(\.codec)
        // With two encoders running, what most can play.
        let codec = [VideoCodec.h264, .vp8].first { running.contains($0.rawValue) } ?? able.first { $0 == .h264 }
        guard let codec = codec ?? able.first else {
            throw APIError(.serviceUnavailable, "codec-unavailable", "this node has no encoder that works")
        }
        return (rendition, RecordingFormat(holding: codec))
    }

    /// How long it may be, in seconds.
    ///
    /// - Throws: `APIError` 400 for more than is allowed.
    func length(within settings: RecordingSettings) throws -> Double {
        guard let maxSeconds else { return Double(settings.maxSeconds) }
        guard maxSeconds >= 1, maxSeconds <= Double(settings.maxSeconds) else {
            throw APIError.badRequest("'maxSeconds' must be from 1 to \(settings.maxSeconds) (recording.maxSeconds)")
        }
        return maxSeconds
    }
}
