import Foundation
import Probe

/// What one process holds, from `/proc`.
struct ProcessFootprint: Sendable, Codable, Equatable {
    let pid: Int32
    /// Ticks after boot: with the pid, which process it is.
    let startTime: UInt64
    /// Resident memory, pages that others share included.
    let residentBytes: UInt64
    let threads: Int
    let openFiles: Int
    /// UDP sockets bound to a port, and TCP sockets that listen.
    let ports: Int

    /// Resident memory in MB (10^6 bytes).
    var residentMB: Double { Double(residentBytes) / 1e6 }

    init(pid: Int32, startTime: UInt64, residentBytes: UInt64, threads: Int, openFiles: Int, ports: Int) {
        self.pid = pid
        self.startTime = startTime
        self.residentBytes = residentBytes
        self.threads = threads
        self.openFiles = openFiles
        self.ports = ports
    }

    /// What a process holds now.
    ///
    /// - Throws: `BenchError.unreadableProcess`.
    init(pid: Int32) throws {
        let manager = FileManager.default
        guard let entry = ProcessEntry(pid: pid),
            let threads = KernelFile.text("/proc/\(pid)/status").flatMap({ Self.number("Threads:", in: $0) }),
            let files = try? manager.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
        else { throw BenchError.unreadableProcess(pid) }
        let own = Set(
            files.compactMap { file in
                (try? manager.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(file)")).flatMap(Self.inode)
            })
        let ports = ["udp", "udp6", "tcp", "tcp6"].map { table -> Int in
            guard let text = KernelFile.text("/proc/\(pid)/net/\(table)") else { return 0 }
            return Self.inodes(in: text, listening: table.hasPrefix("tcp")).count { own.contains($0) }
        }.reduce(0, +)
        self.init(
            pid: pid, startTime: entry.identity.startTime, residentBytes: entry.residentBytes, threads: threads,
            openFiles: files.count, ports: ports)
    }

    /// Whether both are of the same process.
    func isSameProcess(as other: ProcessFootprint) -> Bool { pid == other.pid && startTime == other.startTime }

    /// A process's share of all memory in MB: a page that three processes share counts a third; nil where it may not be
    /// read. The kernel walks all of the process's pages for it.
    static func proportionalMB(of pid: Int32) -> Double? {
        KernelFile.text("/proc/\(pid)/smaps_rollup").flatMap { number("Pss:", in: $0) }.map { Double($0) * 1024 / 1e6 }
    }

    /// The inode in `socket:[123]`.
    static func inode(_ link: String) -> Int? {
        guard link.hasPrefix("socket:["), link.hasSuffix("]") else { return nil }
        return Int(link.dropFirst(8).dropLast())
    }

    /// The inodes of the sockets in a table of `/proc/<pid>/net`.
    ///
    /// - Parameter listening: only those in the state LISTEN.
    static func inodes(in table: String, listening: Bool) -> [Int] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count > 9, !listening || fields[3] == "0A" else { return nil }
            return Int(fields[9])
        }
    }

    /// The number behind a name at the start of a line.
    static func number(_ name: String, in text: String) -> Int? {
        text.split(separator: "\n").first { $0.hasPrefix(name) }.flatMap { line in
            line.dropFirst(name.count).split(whereSeparator: { $0 == " " || $0 == "\t" }).first.flatMap { Int($0) }
        }
    }
}
