import Foundation

/// What one process holds, from `/proc`.
struct ProcessFigures: Sendable, Codable, Equatable {
    let pid: Int32
    /// Ticks after boot: with the pid, which process it is.
    let startTime: UInt64
    let threads: Int
    let descriptors: Int
    /// UDP sockets: the ports of media.
    let datagramSockets: Int
    let residentBytes: UInt64

    /// Nil where there is no such process any more.
    init?(pid: Int32) {
        guard let entry = ProcessEntry(pid: pid),
            let status = FileManager.default.contents(atPath: "/proc/\(pid)/status"),
            let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
        else { return nil }
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("Threads:") }
        guard let threads = line?.split(separator: "\t").last.flatMap({ Int($0) }) else { return nil }
        let datagrams = Self.inodes(of: pid)
        self.init(
            pid: pid, startTime: entry.identity.startTime, threads: threads, descriptors: names.count,
            datagramSockets: names.count { name in
                guard
                    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(name)"),
                    target.hasPrefix("socket:[")
                else { return false }
                return datagrams.contains(target.dropFirst(8).dropLast())
            }, residentBytes: entry.residentBytes)
    }

    init(
        pid: Int32, startTime: UInt64, threads: Int, descriptors: Int, datagramSockets: Int, residentBytes: UInt64
    ) {
        self.pid = pid
        self.startTime = startTime
        self.threads = threads
        self.descriptors = descriptors
        self.datagramSockets = datagramSockets
        self.residentBytes = residentBytes
    }

    /// The inodes of all UDP sockets in the process's network namespace.
    private static func inodes(of pid: Int32) -> Set<Substring> {
        var found: Set<Substring> = []
        for table in ["udp", "udp6"] {
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/net/\(table)") else { continue }
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                if fields.count > 9 { found.insert(fields[9]) }
            }
        }
        return found
    }
}
