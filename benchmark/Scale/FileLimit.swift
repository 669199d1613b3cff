import Foundation

/// How many files and sockets a process may have open (RLIMIT_NOFILE).
enum FileLimit {
    /// Raises this program's own limit as far as it may be raised.
    ///
    /// - Returns: the limit now.
    @discardableResult
    static func raise() -> Int {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(kind, &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(kind, &limit)
        guard getrlimit(kind, &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// The limit of another process; nil where `/proc` does not tell.
    static func current(of pid: Int32) -> Int? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/limits") else { return nil }
        return soft(in: String(decoding: data, as: UTF8.self))
    }

    /// Reads the soft limit out of `/proc/<pid>/limits`.
    static func soft(in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("Max open files") {
            let fields = line.dropFirst("Max open files".count).split(separator: " ")
            return fields.first.flatMap { $0 == "unlimited" ? Int.max : Int($0) }
        }
        return nil
    }
}
