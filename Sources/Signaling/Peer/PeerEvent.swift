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
    /// The data channel or what carries it failed.
    case channelFailed(SCTPFailure)
    /// Feedback came after which what is sent is to be thought over.
    case decisionDue
    /// Another stream of the picture or of the sound has taken over.
    case switched
    /// The pipeline cannot go on.
    case broken(String)
}
