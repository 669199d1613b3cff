import Foundation
import Probe

/// A process that cannot be mistaken for a later one with the same number: its id and when it began.
public struct ProcessIdentity: Sendable, Codable, Hashable, CustomStringConvertible {
    /// The process id.
    public let pid: Int32
    /// Clock ticks between boot and its start, field 22 of `/proc/<pid>/stat`.
    public let startTime: UInt64

    /// An identity as recorded earlier.
    public init(pid: Int32, startTime: UInt64) {
        self.pid = pid
        self.startTime = startTime
    }

    /// The identity of the process that has this id now, or nil when there is none.
    public init?(of pid: Int32) {
        guard let stat = ProcessStat(pid: pid) else { return nil }
        self.init(pid: pid, startTime: stat.startTime)
    }

    /// This very process.
    public static var current: ProcessIdentity {
        ProcessIdentity(of: getpid()) ?? ProcessIdentity(pid: getpid(), startTime: 0)
    }

    /// True while exactly this process lives; a zombie does not.
    public var isAlive: Bool {
        guard let stat = ProcessStat(pid: pid) else { return false }
        return stat.startTime == startTime && stat.state != "Z" && stat.state != "X"
    }

    /// True while exactly this process is stopped, by SIGSTOP or a debugger.
    public var isStopped: Bool {
        guard let stat = ProcessStat(pid: pid) else { return false }
        return stat.startTime == startTime && (stat.state == "T" || stat.state == "t")
    }

    /// Sends a signal if exactly this process still lives.
    ///
    /// - Returns: true when the signal was sent.
    @discardableResult
    public func send(_ signal: Int32) -> Bool {
        isAlive && kill(pid, signal) == 0
    }

    /// "1234@567890".
    public var description: String { "\(pid)@\(startTime)" }

    /// The living processes of the session that this process began, itself included.
    ///
    /// The kernel does not give a session's number to another process while a member lives, so a match is
    /// one of its descendants unless the number's present owner began later, which is checked.
    public func livingSessionMembers() -> [ProcessIdentity] {
        if let now = ProcessStat(pid: pid), now.startTime != startTime { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { name in
            guard let other = Int32(name), let stat = ProcessStat(pid: other), stat.session == pid,
                stat.state != "Z", stat.startTime >= startTime
            else { return nil }
            return ProcessIdentity(pid: other, startTime: stat.startTime)
        }
    }
}
