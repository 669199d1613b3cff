/// What a client shows a TURN server.
public struct TURNCredentials: Sendable, Equatable {
    /// When they expire, in seconds since 1970, and who they were made for: `1767225600:viewer`.
    public let username: String
    /// The server can make the same from the user name and the secret it shares with whoever made these.
    public let password: String
}
