/// What a supervised process is doing; the words of the design's section 5.
public enum ProcessState: String, Sendable, Codable, CaseIterable {
    /// Not running, and nobody wants it to.
    case stopped
    /// Spawned, not ready yet.
    case starting
    /// Up and ready.
    case running
    /// Asked to end.
    case stopping
    /// Ended on its own and not coming back by itself.
    case error
    /// Ended on its own; the next start is on its way or waits for its delay.
    case restarting
}
