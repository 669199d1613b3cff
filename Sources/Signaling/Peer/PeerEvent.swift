import GStreamer

/// What happens to a peer connection.
enum PeerEvent: Sendable {
    /// Some state changed; ask the peer which.
    case stateChanged
    /// The viewer opened its data channel.
    case channelOpened(DataChannel)
    /// A text message on the data channel.
    case message(String)
    /// The data channel closed.
    case channelClosed
    /// The pipeline cannot go on.
    case broken(String)
}
