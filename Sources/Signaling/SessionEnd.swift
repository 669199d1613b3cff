/// Why a viewer's session ended. The log line and the metric show the same word.
public enum SessionEnd: String, Sendable, CaseIterable {
    /// The viewer said so: `DELETE` or `bye`.
    case requested
    /// The viewer closed its data channel: a closed page.
    case channelClosed = "channel-closed"
    /// No connection within the deadline after the answer.
    case neverConnected = "never-connected"
    /// ICE found no working path, or lost it.
    case iceFailed = "ice-failed"
    /// The DTLS handshake failed.
    case dtlsFailed = "dtls-failed"
    /// Neither heartbeat nor receiver reports for too long.
    case silent
    /// The viewer's own pipeline broke.
    case mediaFailed = "media-failed"
    /// The node stops.
    case nodeStopping = "node-stopping"
    /// The same viewer came back with a new offer.
    case replaced
}
