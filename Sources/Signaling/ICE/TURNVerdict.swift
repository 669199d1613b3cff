/// What a TURN server says to a wish for a relay.
public enum TURNVerdict: Sendable, Equatable, CustomStringConvertible {
    /// It relays.
    case relays
    /// It answers, and not with a relay: the error's code and the server's words (RFC 8489 section 14.8).
    case refuses(code: Int, reason: String)
    /// It cannot be spoken to.
    case unreachable(String)

    /// One sentence for people, with the remedy where there is one.
    public var description: String {
        switch self {
        case .relays: "it relays"
        case .refuses(401, let reason):
            "it refuses the credentials (401 \(reason)): is ice.turnSecret its own secret (coturn: static-auth-secret), and"
                + " do its clock and this one agree?"
        case .refuses(let code, let reason): "it refuses (\(code) \(reason))"
        case .unreachable(let reason): "it cannot be reached: \(reason)"
        }
    }
}
