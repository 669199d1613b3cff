/// What went wrong with the transport of a session's data channel (SCTP, RFC 8831), as far as `webrtcbin` 1.22 lets it be
/// seen: it counts neither retransmissions nor lost chunks, and tells no cause.
public enum SCTPFailure: String, Sendable, CaseIterable {
    /// The connection stands and the association did not come up within the time that a connection may take.
    case neverEstablished = "never-established"
    /// The association broke: the viewer aborted it, as browsers do when a connection is closed without closing the channel
    /// first, or it gave up sending something again. Both look the same.
    case association
    /// The channel broke on what came over it.
    case channel
}
