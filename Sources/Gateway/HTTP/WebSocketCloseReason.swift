/// Why a WebSocket ended; the log line, the metric and the close frame are all made from it.
enum WebSocketCloseReason: Sendable, Equatable, CustomStringConvertible {
    /// The peer sent a close frame with this code (1005 when it carried none).
    case peer(code: UInt16)
    /// Our handler closed it.
    case local(code: UInt16, reason: String)
    /// The server is shutting down (1001).
    case shutdown
    /// The peer does not read: the outbound queue was full (1013).
    case slowReader
    /// Two pings went unanswered.
    case pongTimeout
    /// A message above the limit (1009).
    case messageTooLarge
    /// The peer broke RFC 6455 (1002, or 1007 for text that is not UTF-8).
    case protocolError(code: UInt16, reason: String)
    /// The connection ended without a close frame.
    case connectionLost

    /// The code and text of the close frame to send, `nil` when there is nobody to send it to.
    var closeFrame: (code: UInt16, text: String)? {
        switch self {
        case .peer(let code): code == 1005 ? (1000, "") : (code, "")
        case .local(let code, let reason): (code, reason)
        case .shutdown: (1001, "the server is shutting down")
        case .slowReader: (1013, "too slow: the outbound queue is full")
        case .messageTooLarge: (1009, "message too large")
        case .protocolError(let code, let reason): (code, reason)
        case .pongTimeout, .connectionLost: nil
        }
    }

    /// A short stable name for logs and metrics.
    var description: String {
        switch self {
        case .peer: "peer"
        case .local: "local"
        case .shutdown: "shutdown"
        case .slowReader: "slow-reader"
        case .pongTimeout: "pong-timeout"
        case .messageTooLarge: "message-too-large"
        case .protocolError: "protocol-error"
        case .connectionLost: "connection-lost"
        }
    }
}
