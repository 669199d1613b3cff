/// The codes of `{"type":"error"}` on `/signal`.
enum SignalErrorCode: String, Sendable, CaseIterable {
    case badMessage = "bad-message"
    case unknownType = "unknown-type"
    case notRegistered = "not-registered"
    case unknownTarget = "unknown-target"
    case targetUnreachable = "target-unreachable"
    /// It was there, and was taken away.
    case targetGone = "target-gone"
    case badSDP = "bad-sdp"
    case noCommonCodec = "no-common-codec"
    case nodeUnavailable = "node-unavailable"
    case tooManyViewers = "too-many-viewers"
    case rateLimited = "rate-limited"
    /// Of nodes only.
    case unknownRendition = "unknown-rendition"
    /// Of nodes only.
    case unknownSession = "unknown-session"
    /// Of nodes only.
    case negotiationFailed = "negotiation-failed"
}
