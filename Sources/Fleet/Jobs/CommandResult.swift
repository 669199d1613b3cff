import Foundation

/// How a command that was waited for ended, with what it wrote.
public struct CommandResult: Sendable, Equatable {
    /// Its exit code; nil when a signal ended it.
    public var exitCode: Int32?
    /// The signal that ended it; nil when it exited.
    public var signal: Int32?
    /// Its time was over, and it was killed with all it had started.
    public var timedOut: Bool
    /// What it wrote on standard output, up to the limit.
    public var output: Data
    /// What it wrote on standard error, up to the limit.
    public var errors: Data
    /// It wrote more than that.
    public var isTruncated: Bool
    /// Seconds it took.
    public var took: Double
}
