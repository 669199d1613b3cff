/// How a client negotiates: both ways that users have.
enum SignalWay: String, Codable, Sendable, CaseIterable {
    /// HTTP through the hub.
    case whep
    /// The hub's WebSocket `/signal`, as the pages do.
    case signal
}
