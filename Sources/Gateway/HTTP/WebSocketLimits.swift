/// Every bound of one WebSocket in one place.
struct WebSocketLimits: Sendable {
    /// The largest message in bytes, fragmented or not; a larger one closes the socket with 1009.
    var maxMessageBytes = 64 * 1024
    /// Messages that may wait to be written to the peer; one more closes the socket with 1013. It is above
    /// ``messageRate``'s burst, so that answering a burst that was let in cannot overflow it.
    var outboundMessages = 1024
    /// Bytes that may wait to be written to the peer; more closes the socket with 1013.
    var outboundBytes = 4 * 1024 * 1024
    /// Messages read ahead of the handler before the socket stops being read.
    var inboundMessages = 64
    /// Time between pings; two without an answer close the socket.
    var pingInterval: Duration = .seconds(20)
    /// How long a peer may take to answer a close frame before the connection is cut.
    var closeTimeout: Duration = .seconds(2)
    /// How long a route's handler may go on after its socket closed before it is cancelled.
    var handlerGrace: Duration = .seconds(5)
    /// Messages per second and burst taken from the peer; `nil` for no limit. What is above is dropped, counted
    /// and answered with a `rate-limited` error (at most one a second, so that the answers are bounded too).
    var messageRate: MessageRate? = MessageRate(perSecond: 200, burst: 400)

    /// The socket carries a stream of bytes in binary messages, through ``WebSocketConnection/bytes``, instead of texts
    /// through ``WebSocketConnection/messages``; whoever sends a text closes it with 1003.
    var carriesBytes = false

    /// A message rate limit.
    struct MessageRate: Sendable {
        /// Messages per second on average.
        var perSecond: Double
        /// Messages at once.
        var burst: Double
    }

    /// The limits of a socket this process opens itself: its peer is trusted not to flood.
    static let client: WebSocketLimits = {
        var limits = WebSocketLimits()
        limits.messageRate = nil
        return limits
    }()

    /// The limits of a socket that carries a stream of bytes. A stream cannot lose a message, so that the rate is bounded
    /// by how fast it is read alone.
    static let bytes: WebSocketLimits = {
        var limits = WebSocketLimits()
        limits.carriesBytes = true
        limits.messageRate = nil
        limits.inboundMessages = 16
        return limits
    }()
}
