/// Why an agent does not do what it was asked about a job.
public enum JobError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is none of that id.
    case unknown(String)
    /// A part of the command cannot be taken.
    case badCommand(String)
    /// The program is not there, or the system refuses to run it.
    case cannotStart(String)
    /// There are as many as may be.
    case tooMany(limit: Int, what: String)
    /// Something of it survived SIGKILL for the time allowed.
    case stillAlive(String, pids: [Int32])
    /// The agent ends.
    case closing

    /// A stable word for programs.
    public var code: String {
        switch self {
        case .unknown: "unknown-job"
        case .badCommand: "bad-command"
        case .cannotStart: "cannot-start"
        case .tooMany: "too-many-jobs"
        case .stillAlive: "still-alive"
        case .closing: "closing"
        }
    }

    /// One sentence.
    public var description: String {
        switch self {
        case .unknown(let id): "there is no job '\(id)'; GET /status lists them"
        case .badCommand(let reason), .cannotStart(let reason): reason
        case .tooMany(let limit, let what): "\(limit) \(what) run already: stop some first"
        case .stillAlive(let id, let pids):
            "job '\(id)' could not be ended: still alive, in the kernel, are "
                + pids.map(String.init).joined(separator: ", ")
        case .closing: "the agent ends and starts nothing any more"
        }
    }
}
