/// Something that a run found wrong, with what was measured.
struct Verdict: Sendable, Codable, Equatable {
    /// What is wrong.
    enum Kind: String, Sendable, Codable, CaseIterable {
        /// A session whose client has had no signaling socket for too long.
        case stuckSession = "stuck-session"
        /// A peer without media that is still allocated.
        case zombiePeer = "zombie-peer"
        /// Hub and nodes, or a node's own figures, do not agree on how many watch.
        case countMismatch = "count-mismatch"
        /// ICE checks for a path for too long.
        case iceChecking = "ice-checking"
        /// The data channel failed under a connection that stands.
        case sctpError = "sctp-error"
        /// Something is not given back.
        case leak
        /// No frames, though the guest's picture changes.
        case frozenStream = "frozen-stream"
        /// No sound with energy.
        case noSound = "no-sound"
        /// Another guest's picture.
        case wrongGuest = "wrong-guest"
        /// A session that failed although nothing was done to hub or guest.
        case failedSession = "failed-session"
        /// An error that does not say what is wrong.
        case unclearError = "unclear-error"
        /// A guest or the hub that a step disturbed is not back in time.
        case noRecovery = "no-recovery"
        /// A program ended that nobody killed.
        case unexpectedEnd = "unexpected-end"
    }

    let kind: Kind
    /// Whom it is about: `client 2`, `instance-0`, `hub`.
    let subject: String
    /// What was measured, and what it may be at most (at least, for things that have to come).
    let value: Double
    let limit: Double
    let unit: String
    /// One sentence with what else is known.
    let detail: String

    /// For people.
    var text: String {
        "\(kind.rawValue): \(subject): \(detail) (\(Figure.short(value)) \(unit), limit \(Figure.short(limit)))"
    }
}
