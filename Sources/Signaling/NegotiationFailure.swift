/// Why an offer was not answered.
public enum NegotiationFailure: String, Sendable, CaseIterable {
    case badSDP = "bad-sdp"
    case noCommonCodec = "no-common-codec"
    case tooManyViewers = "too-many-viewers"
    case unknownRendition = "unknown-rendition"
    case nodeUnavailable = "node-unavailable"
    /// The node's own part failed: an element is missing, or did not answer in time.
    case negotiationFailed = "negotiation-failed"

    /// The word that the viewer was told, as far as it is one of these.
    init(_ error: any Error) {
        let code =
            switch error {
            case let error as OfferError: error.code
            case let error as ViewersError: error.code
            default: ""
            }
        self = Self(rawValue: code) ?? .negotiationFailed
    }
}
