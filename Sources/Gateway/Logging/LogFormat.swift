/// How log lines are written.
enum LogFormat: String, Sendable, CaseIterable {
    /// For people.
    case text
    /// One JSON object per line, for programs; see ``JSONLogHandler``.
    case json
}
