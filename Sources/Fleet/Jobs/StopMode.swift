/// How a job is ended. What is not enough is followed by the next.
public enum StopMode: String, Sendable, Codable, CaseIterable, Comparable {
    /// SIGTERM to its process, which may end in its own way.
    case terminate = "term"
    /// SIGKILL to its process.
    case kill
    /// SIGKILL to its process and everything that it started.
    case killTree = "tree_kill"

    /// The gentler one first.
    public static func < (left: StopMode, right: StopMode) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
