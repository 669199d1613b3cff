import Foundation

/// A supervised service as the API and the health report show it.
public struct ServiceStatus: Sendable, Codable, Equatable {
    /// "xserver", "pulse", "qemu", or an instance's id.
    public var name: String
    /// What it is doing.
    public var state: ProcessState
    /// Its process, nil when it has none.
    public var pid: Int32?
    /// When it became ready, nil when it is not running.
    public var runningSince: Date?
    /// Starts after an end nobody asked for, since the supervisor began.
    public var restarts: Int
    /// Ends in quick succession and failed starts in a row; the policy gives up at its limit.
    public var failures = 0
    /// When the next start is due, nil when none is.
    public var nextStart: Date?
    /// The last end nobody asked for, nil when there was none.
    public var lastExit: CrashRecord?
    /// Why the last start failed, nil after a good one.
    public var lastError: String?

    private enum CodingKeys: String, CodingKey {
        case name, state, pid, runningSince, restarts, failures, nextStart, lastExit, lastError
    }

    /// A service that has done nothing yet.
    public init(name: String) {
        self.name = name
        state = .stopped
        restarts = 0
    }

    /// Reads a status; one of an older node, or of an older history, does not tell its failures in a row.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        state = try container.decode(ProcessState.self, forKey: .state)
        pid = try container.decodeIfPresent(Int32.self, forKey: .pid)
        runningSince = try container.decodeIfPresent(Date.self, forKey: .runningSince)
        restarts = try container.decode(Int.self, forKey: .restarts)
        failures = try container.decodeIfPresent(Int.self, forKey: .failures) ?? 0
        nextStart = try container.decodeIfPresent(Date.self, forKey: .nextStart)
        lastExit = try container.decodeIfPresent(CrashRecord.self, forKey: .lastExit)
        lastError = try container.decodeIfPresent(String.self, forKey: .lastError)
    }

    /// Seconds since it became ready; nil when it is not running.
    public func uptime(at now: Date = Date()) -> Double? {
        runningSince.map { now.timeIntervalSince($0) }
    }

    /// Writes what does not exist as `null`, so that a reader can tell it from a field that was forgotten.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(state, forKey: .state)
        try container.encode(pid, forKey: .pid)
        try container.encode(runningSince, forKey: .runningSince)
        try container.encode(restarts, forKey: .restarts)
        try container.encode(failures, forKey: .failures)
        try container.encode(nextStart, forKey: .nextStart)
        try container.encode(lastExit, forKey: .lastExit)
        try container.encode(lastError, forKey: .lastError)
    }
}
