import Foundation
import Probe

/// A job as the agent shows it.
public struct JobStatus: Sendable, Codable, Hashable {
    /// The node that a job is.
    public struct Node: Sendable, Codable, Hashable {
        /// Its instance.
        public var instance: InstanceID
        /// Its number.
        public var number: Int
        /// Where it listens; nil while it does not.
        @ExplicitNull public var port: Int?
        /// Its guest is up; nil for one of an older agent, which tells a port only then.
        public var ready: Bool?

        /// It listens, and its guest is up.
        public var isUp: Bool { port != nil && ready ?? true }
    }

    /// What it is called.
    public var id: JobID
    /// Its program's name.
    public var name: String
    /// What it is doing.
    public var state: JobState
    /// Its process; nil when it has none.
    @ExplicitNull public var pid: Int32?
    /// The program as it was given.
    public var executable: String
    /// Its arguments.
    public var arguments: [String]
    /// When its process began; nil before that.
    @ExplicitNull public var startedAt: Date?
    /// When it ended; nil while it runs, and where nobody saw it.
    @ExplicitNull public var endedAt: Date?
    /// Per cent of one core, it and all it started together; nil before the second measurement.
    @ExplicitNull public var cpuPercent: Double?
    /// MiB of RAM, likewise; nil before the first.
    @ExplicitNull public var memoryMB: Double?
    /// It has used next to no CPU for 30 s.
    public var isHung: Bool
    /// Exit code of its end; nil where there is none.
    @ExplicitNull public var exitCode: Int32?
    /// Signal of its end; nil where there is none.
    @ExplicitNull public var signal: Int32?
    /// What ended it, when somebody wanted it to end.
    @ExplicitNull public var endedBy: StopMode?
    /// Why it is `failed`; nil when it is not.
    @ExplicitNull public var error: String?
    /// Whether it is started again when it ends without being asked to.
    public var isKeptUp: Bool
    /// Starts after such ends.
    public var restarts: Int
    /// When the next one is due; nil when none is.
    @ExplicitNull public var nextStart: Date?
    /// The last end that nobody asked for.
    @ExplicitNull public var lastCrash: CrashRecord?
    /// The node it is; nil for any other program.
    @ExplicitNull public var node: Node?

    private enum CodingKeys: String, CodingKey {
        case id = "job_id", name, state, pid, executable = "exe", arguments = "args", startedAt = "started_at"
        case endedAt = "ended_at", cpuPercent = "cpu_percent", memoryMB = "memory_mb", isHung = "hung"
        case exitCode = "exit_code", signal, endedBy = "ended_by", error, isKeptUp = "kept_up", restarts
        case nextStart = "next_start", lastCrash = "last_crash", node
    }

    init(_ spec: JobSpec, state: JobState) {
        id = spec.id
        name = spec.executable.split(separator: "/").last.map(String.init) ?? spec.executable
        self.state = state
        (executable, arguments) = (spec.executable, spec.arguments)
        (isHung, isKeptUp, restarts) = (false, spec.isKeptUp, 0)
    }
}
