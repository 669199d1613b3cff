import Foundation
import Probe

/// How a process ended.
public struct ProcessExit: Sendable, Equatable {
    /// Its process id while it lived.
    public let pid: Int32
    /// Exit code, or nil when a signal ended it.
    public let code: Int32?
    /// The signal that ended it, or nil when it exited.
    public let signal: Int32?
    /// Time between spawn and end.
    public let uptime: Duration
    /// When it ended.
    public let endedAt: Date
    /// What it wrote last, oldest first, at most 200 lines.
    public let lastLines: [String]
    /// True when it ended because `stop` asked for it.
    public let wasRequested: Bool
    /// True when the kernel killed something for lack of memory while it lived.
    public let outOfMemoryKill: Bool

    /// Describes an end; tests build their own.
    public init(
        pid: Int32, code: Int32?, signal: Int32?, uptime: Duration, endedAt: Date = Date(), lastLines: [String] = [],
        wasRequested: Bool = false, outOfMemoryKill: Bool = false
    ) {
        self.pid = pid
        self.code = code
        self.signal = signal
        self.uptime = uptime
        self.endedAt = endedAt
        self.lastLines = lastLines
        self.wasRequested = wasRequested
        self.outOfMemoryKill = outOfMemoryKill
    }

    /// "exit code 1 after 2.5 s" or "signal 9 after 2.5 s".
    public var summary: String {
        let how = signal.map { "signal \($0)" } ?? "exit code \(code ?? 0)"
        return "\(how) after \(String(format: "%.1f", uptime.inSeconds)) s"
    }
}
