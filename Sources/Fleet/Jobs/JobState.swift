/// What a job is doing.
public enum JobState: String, Sendable, Codable, CaseIterable {
    /// Its process is on its way.
    case starting
    /// Its process is there.
    case running
    /// It was asked to end and has not yet.
    case stopping
    /// It ended well: by itself with code 0, or because somebody wanted it to.
    case exited
    /// It could not be started, or it ended badly without being asked to.
    case failed

    /// Whether it has processes, or is about to.
    public var isLive: Bool { self == .starting || self == .running || self == .stopping }
}
