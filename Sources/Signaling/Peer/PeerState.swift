import GStreamer

/// The states of a peer connection that a session acts on, from `webrtcbin`'s several.
struct PeerState: Equatable {
    /// W3C `RTCPeerConnectionState`, as GStreamer numbers it.
    enum Connection: Int64 { case new, connecting, connected, disconnected, failed, closed }
    /// W3C `RTCIceConnectionState`, as GStreamer numbers it.
    enum ICE: Int64 { case new, checking, connected, completed, failed, disconnected, closed }

    var connection: Connection
    var ice: ICE

    /// Reads the states now. Not to be called from the connection's own signal handlers.
    init(of bin: WebRTCBin) {
        connection = (try? bin.get("connection-state").integer).flatMap(Connection.init) ?? .new
        ice = (try? bin.get("ice-connection-state").integer).flatMap(ICE.init) ?? .new
    }

    init(connection: Connection, ice: ICE) {
        self.connection = connection
        self.ice = ice
    }

    /// Why the connection is lost, or nil while it is not.
    var failure: SessionEnd? {
        if ice == .failed || ice == .closed { return .iceFailed }
        if connection == .failed || connection == .closed {
            return ice == .connected || ice == .completed ? .dtlsFailed : .iceFailed
        }
        return nil
    }
}
