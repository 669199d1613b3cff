import Foundation

/// How a job was ended, confirmed: nothing of it is left.
public struct JobEnd: Sendable, Codable, Equatable {
    /// The job.
    public var id: JobID
    /// What ended it, the last that was needed; nil when it had ended before.
    public var endedBy: StopMode?
    /// What was tried, in order.
    public var steps: [StopMode]
    /// Its exit code; nil when a signal ended it, or nobody saw its end.
    public var exitCode: Int32?
    /// The signal that ended it; nil when it exited, or nobody saw its end.
    public var signal: Int32?
    /// Processes that it had started and that outlived it; they were killed.
    public var leftovers: Int
    /// Seconds it took.
    public var took: Double

    private enum CodingKeys: String, CodingKey {
        case id = "job_id", endedBy = "ended_by", steps, exitCode = "exit_code", signal, leftovers
        case took = "seconds", message
    }

    init(id: JobID, endedBy: StopMode?, steps: [StopMode], took: Double) {
        (self.id, self.endedBy, self.steps, self.took) = (id, endedBy, steps, took)
        leftovers = 0
    }

    /// One sentence for people.
    public var message: String {
        let rest =
            leftovers == 0
            ? "" : "; \(leftovers) \(leftovers == 1 ? "process" : "processes") it had started were killed"
        let seconds = String(format: "%.1f", took)
        return switch endedBy {
        case nil: "it had ended already"
        case .terminate: "it ended on SIGTERM after \(seconds) s" + rest
        case .kill where steps.contains(.terminate):
            "it did not end on SIGTERM and was killed after \(seconds) s" + rest
        case .kill: "it was killed" + rest
        case .killTree where steps.count > 1:
            "it did not end on \(steps[0] == .terminate ? "SIGTERM" : "SIGKILL") and was killed with all it had started"
                + rest
        case .killTree: "it was killed with all it had started" + rest
        }
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(JobID.self, forKey: .id)
        endedBy = try container.decodeIfPresent(StopMode.self, forKey: .endedBy)
        steps = try container.decode([StopMode].self, forKey: .steps)
        exitCode = try container.decodeIfPresent(Int32.self, forKey: .exitCode)
        signal = try container.decodeIfPresent(Int32.self, forKey: .signal)
        leftovers = try container.decode(Int.self, forKey: .leftovers)
        took = try container.decode(Double.self, forKey: .took)
    }

    /// Writes every field, with `null` for what does not exist, and the message.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(endedBy, forKey: .endedBy)
        try container.encode(steps, forKey: .steps)
        try container.encode(exitCode, forKey: .exitCode)
        try container.encode(signal, forKey: .signal)
        try container.encode(leftovers, forKey: .leftovers)
        try container.encode(took, forKey: .took)
        try container.encode(message, forKey: .message)
    }
}
