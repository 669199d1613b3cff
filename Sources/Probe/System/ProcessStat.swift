import Foundation

/// One line of `/proc/<pid>/stat`, the fields Loco needs.
public struct ProcessStat: Sendable, Equatable {
    /// The kernel's letter: R running, S sleeping, Z zombie ...
    public let state: Character
    /// The parent's pid.
    public let parent: Int32
    /// The session's number: the pid of the process that began it.
    public let session: Int32
    /// Clock ticks spent in the program and in the kernel for it, all its threads together.
    public let cpuTicks: UInt64
    /// The same of its children that have ended and were waited for, and of theirs.
    public let childTicks: UInt64
    /// Threads.
    public let threads: Int
    /// Start in clock ticks after boot, field 22: with the pid it names a process for good.
    public let startTime: UInt64
    /// Pages of memory it has in RAM.
    public let residentPages: Int

    /// Reads it; nil when there is no such process.
    public init?(pid: Int32) {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        self.init(text: String(decoding: data, as: UTF8.self))
    }

    /// Parses a line. The program's name stands in parentheses and may itself hold spaces and parentheses,
    /// so the fields are counted from the last one.
    public init?(text: String) {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let state = fields[0].first, let parent = Int32(fields[1]),
            let session = Int32(fields[3]), let user = UInt64(fields[11]), let system = UInt64(fields[12]),
            let childUser = UInt64(fields[13]), let childSystem = UInt64(fields[14]),
            let threads = Int(fields[17]), let startTime = UInt64(fields[19]), let residentPages = Int(fields[21])
        else { return nil }
        self.state = state
        self.parent = parent
        self.session = session
        cpuTicks = user + system
        childTicks = childUser + childSystem
        self.threads = threads
        self.startTime = startTime
        self.residentPages = residentPages
    }
}
