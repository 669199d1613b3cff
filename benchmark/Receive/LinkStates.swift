/// The states of one WebRTC connection, as its receiving side has them.
struct LinkStates: Sendable, Equatable {
    /// W3C `RTCIceConnectionState`, as GStreamer numbers it.
    enum ICE: Int64, Sendable { case new, checking, connected, completed, failed, disconnected, closed }
    /// W3C `RTCPeerConnectionState`, as GStreamer numbers it.
    enum Connection: Int64, Sendable { case new, connecting, connected, disconnected, failed, closed }

    /// Nil where it cannot be read.
    var ice: ICE?
    var connection: Connection?
    var isChannelOpen = false
    /// Whether the data channel reported an error: SCTP below it failed.
    var hasChannelFailed = false

    /// Whether the connection is over.
    var isOver: Bool {
        ice == .failed || ice == .closed || connection == .failed || connection == .closed
    }
}
