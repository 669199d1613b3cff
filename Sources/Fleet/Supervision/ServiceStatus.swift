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
    /// When the next start is due, nil when none is.
    public var nextStart: Date?
    /// The last end nobody asked for, nil when there was none.
    public var lastExit: CrashRecord?
    /// Why the last start failed, nil after a good one.
    public var lastError: String?

    /// A service that has done nothing yet.
    public init(name: String) {
        self.name = name
        state = .stopped
        restarts = 0
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
        try container.encode(nextStart, forKey: .nextStart)
        try container.encode(lastExit, forKey: .lastExit)
        try container.encode(lastError, forKey: .lastError)
    }
}
