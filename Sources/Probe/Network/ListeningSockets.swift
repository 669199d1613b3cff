import Foundation

/// Finds what a process listens on, from the kernel's tables: nothing connects, so nobody is disturbed.
public enum ListeningSockets {
    /// The sockets on which a process takes connections.
    ///
    /// - Parameter root: where the kernel's processes are; tests make up their own.
    /// - Returns: nil when there is no such process, or it is somebody else's: not measured.
    public static func of(pid: Int32, root: String = "/proc") -> [ListeningSocket]? {
        let process = "\(root)/\(pid)"
        guard let files = KernelFile.names(in: process + "/fd") else { return nil }
        let inodes = Set(
            files.compactMap { file in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(process)/fd/\(file)")).flatMap(inode)
            })
        // The process's own tables: it may live in another network namespace.
        func table(_ name: String) -> String { KernelFile.text("\(process)/net/\(name)") ?? "" }
        let isHere = network(of: process).map { $0 == network(of: "/proc/self") } ?? false
        func tcp(isIPv6: Bool) -> [(inode: UInt64, socket: ListeningSocket)] {
            if isHere, let answer = SocketDiagnosis.listeningTCP(isIPv6: isIPv6) { return answer }
            return Self.tcp(table(isIPv6 ? "tcp6" : "tcp"), isIPv6: isIPv6)
        }
        let all = tcp(isIPv6: false) + tcp(isIPv6: true) + unix(table("unix"))
        return all.filter { inodes.contains($0.inode) }.map(\.socket)
    }

    /// The network namespace of a process; nil where it may not be known.
    private static func network(of process: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: process + "/ns/net")
    }

    /// "socket:[123]" as 123.
    static func inode(ofLink link: String) -> UInt64? {
        guard link.hasPrefix("socket:["), link.hasSuffix("]") else { return nil }
        return UInt64(link.dropFirst(8).dropLast())
    }

    /// The listening sockets of `/proc/net/tcp` or `tcp6`.
    static func tcp(_ table: String, isIPv6: Bool) -> [(inode: UInt64, socket: ListeningSocket)] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            // 0A is TCP_LISTEN.
            guard fields.count > 9, fields[3] == "0A", let inode = UInt64(fields[9]),
                let port = fields[1].split(separator: ":").last.flatMap({ Int($0, radix: 16) })
            else { return nil }
            return (inode, .tcp(isIPv6: isIPv6, port: port))
        }
    }

    /// The listening sockets of `/proc/net/unix`.
    static func unix(_ table: String) -> [(inode: UInt64, socket: ListeningSocket)] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: true)
            // The flag is __SO_ACCEPTCON.
            guard fields.count > 7, let flags = UInt32(fields[3], radix: 16), flags & 0x10000 != 0,
                let inode = UInt64(fields[6])
            else { return nil }
            return (inode, .unix(path: String(fields[7])))
        }
    }
}
