/// A viewer came or went.
public struct ViewerEvent: Sendable, Equatable {
    /// How far its session is.
    public enum Phase: Sendable, Equatable {
        /// Its offer was answered.
        case joined
        /// Media flows.
        case connected
        /// The session ended.
        case left(SessionEnd)
    }

    /// The session's public name.
    public let id: String
    /// How far it is.
    public let phase: Phase
}
