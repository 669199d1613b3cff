/// A path that takes WebSocket upgrades.
struct WebSocketRoute: Sendable {
    /// Serves one socket. The socket is closed with 1000 when it returns; it should return when
    /// ``WebSocketConnection/messages`` ends, and is cancelled some seconds after.
    typealias Handler = @Sendable (WebSocketConnection, RequestInfo) async -> Void

    /// The path, `{name}` standing for one part: `/proxy/vnc/{id}`.
    let path: String
    /// The socket's bounds.
    var limits: WebSocketLimits
    /// Subprotocols that are spoken; a client may ask for one of them, and need not.
    var subprotocols: [String]
    /// What serves a socket.
    let handler: Handler

    init(
        path: String, limits: WebSocketLimits = WebSocketLimits(), subprotocols: [String] = [],
        handler: @escaping Handler
    ) {
        self.path = path
        self.limits = limits
        self.subprotocols = subprotocols
        self.handler = handler
    }
}
