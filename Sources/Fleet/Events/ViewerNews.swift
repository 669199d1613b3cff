/// A viewer came or went.
public struct ViewerNews: Sendable, Codable, Equatable {
    /// How far the viewer's session is.
    public enum Phase: String, Sendable, Codable {
        /// Its offer was answered.
        case joined
        /// Media flows.
        case connected
        /// The session ended.
        case left
    }

    /// The session's id.
    public var id: String
    /// How far it is.
    public var phase: Phase
    /// Why it ended, in the words of the log and the metrics; nil before that.
    public var reason: String?

    /// Describes a viewer's coming or going.
    public init(id: String, phase: Phase, reason: String? = nil) {
        self.id = id
        self.phase = phase
        self.reason = reason
    }
}
