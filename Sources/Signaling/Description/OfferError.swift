/// Why an offer cannot be answered.
public enum OfferError: Error, Equatable, CustomStringConvertible {
    /// The text is no usable session description; the payload says what is wrong with it.
    case notSDP(String)
    /// It is one, but offers no video codec that this node sends.
    case noCommonCodec(offered: [String], supported: [String])

    /// The word for it in JSON errors.
    public var code: String {
        switch self {
        case .notSDP: "bad-sdp"
        case .noCommonCodec: "no-common-codec"
        }
    }

    /// One sentence for people.
    public var description: String {
        switch self {
        case .notSDP(let reason): "the offer is no usable session description: \(reason)"
        case .noCommonCodec(let offered, let supported):
            "no common video codec: the offer has \(offered.isEmpty ? "none" : offered.joined(separator: ", ")), "
                + "this guest is sent as \(supported.joined(separator: ", "))"
        }
    }
}
