import Foundation

/// What one process holds now.
struct ProcessFootprint: Sendable {
    /// Resident memory in MB (10^6 bytes), pages that others share included.
    let residentMB: Double
    /// Its share of all memory in MB: a page that three processes share counts a third; nil where it may not be read.
    let proportionalMB: Double?
    let threads: Int
    let openFiles: Int
    /// UDP sockets bound to a port, and TCP sockets that listen.
    let ports: Int

    /// - Throws: `BenchError.unreadableProcess`.
    init(pid: Int32) throws {
        let manager = FileManager.default
        guard let entry = ProcessEntry(pid: pid), let status = manager.contents(atPath: "/proc/\(pid)/status"),
            let threads = Self.number("Threads:", in: String(decoding: status, as: UTF8.self)),
            let files = try? manager.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
        else { throw BenchError.unreadableProcess(pid) }
        residentMB = Double(entry.residentBytes) / 1e6
        self.threads = threads
        openFiles = files.count
        proportionalMB = manager.contents(atPath: "/proc/\(pid)/smaps_rollup")
            .flatMap { Self.number("Pss:", in: String(decoding: $0, as: UTF8.self)) }.map { Double($0) * 1024 / 1e6 }
        let own = Set(
            files.compactMap { file in
                (try? manager.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(file)")).flatMap(Self.inode)
            })
        ports = ["udp", "udp6", "tcp", "tcp6"].map { protocolName -> Int in
            guard let data = manager.contents(atPath: "/proc/\(pid)/net/\(protocolName)") else { return 0 }
            return Self.inodes(in: String(decoding: data, as: UTF8.self), listening: protocolName.hasPrefix("tcp"))
                .count { own.contains($0) }
        }.reduce(0, +)
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
