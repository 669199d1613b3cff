import Foundation

/// One process as `/proc/<pid>/stat` shows it now.
struct ProcessEntry: Sendable {
    let identity: Identity
    let parent: Int32
    /// The program's name, cut to 15 bytes by the kernel.
    let name: String
    let isZombie: Bool
    /// User and system time, in clock ticks.
    let ticks: UInt64
    let residentBytes: UInt64

    /// A pid and its start in ticks after boot: not mistaken for a later process with the same number.
    struct Identity: Hashable, Sendable {
        let pid: Int32
        let startTime: UInt64
    }

    /// Clock ticks in a second.
    static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    private static let pageSize = UInt64(sysconf(Int32(_SC_PAGESIZE)))

    /// The process with that number, or nil when there is none.
    init?(pid: Int32) {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        self.init(pid: pid, stat: String(decoding: data, as: UTF8.self))
    }

    /// Reads the line; the name in parentheses may itself hold spaces and parentheses.
    init?(pid: Int32, stat: String) {
        guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")"), open < close else { return nil }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 21, let parent = Int32(fields[1]), let user = UInt64(fields[11]),
            let system = UInt64(fields[12]), let start = UInt64(fields[19]), let pages = UInt64(fields[21])
        else { return nil }
        identity = Identity(pid: pid, startTime: start)
        self.parent = parent
        name = String(stat[stat.index(after: open)..<close])
        isZombie = fields[0] == "Z" || fields[0] == "X"
        ticks = user + system
        residentBytes = pages * Self.pageSize
    }

    /// The process with that number and all that descend from it.
    static func tree(of root: Int32) -> [ProcessEntry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let all = names.compactMap { Int32($0) }.compactMap { ProcessEntry(pid: $0) }.filter { !$0.isZombie }
        let children = Dictionary(grouping: all, by: \.parent)
        var found = all.filter { $0.identity.pid == root }
        var next = 0
        while next < found.count {
            found += children[found[next].identity.pid] ?? []
            next += 1
        }
        return found
    }
}
