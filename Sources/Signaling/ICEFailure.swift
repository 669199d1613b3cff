/// How ICE (RFC 8445) failed a session that has ended.
public enum ICEFailure: String, Sendable, CaseIterable {
    /// No pair of candidates worked before the deadline for connecting.
    case timeout
    /// The agent itself gave up before the session was ever connected.
    case noPath = "no-path"
    /// The session was connected and lost its path.
    case lost

    /// What an end says about ICE; nil where ICE was not the reason.
    ///
    /// - Parameters:
    ///   - wasConnected: whether media has ever flowed.
    ///   - state: how ICE stood when the session ended. A deadline that passes with a working path is not its fault: the
    ///     DTLS handshake did not end.
    init?(_ end: SessionEnd, wasConnected: Bool, state: PeerState.ICE) {
        switch end {
        case .neverConnected:
            guard state != .connected, state != .completed else { return nil }
            self = .timeout
        case .iceFailed: self = wasConnected ? .lost : .noPath
        default: return nil
        }
    }
}
