/// One viewer in the node's list.
public struct ViewerSummary: Sendable, Codable, Equatable {
    /// The session's public name.
    public let id: String
    /// The video codec.
    public let codec: String
    /// Whether media flows.
    public let connected: Bool
    /// Age of the session.
    public let seconds: Double
}
