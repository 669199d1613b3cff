import Foundation

/// How many files and sockets this process may have open. Many systems begin at 1024, which a hub with as many pages and a
/// node with a hundred viewers exceed.
enum OpenFileLimit {
    /// As much as is ever asked for: some programs that are started from here walk through all numbers up to the limit.
    private static let wanted: rlim_t = 65_536

    /// Raises it as far as the system lets it be raised without rights; what it was stays where that fails.
    static func raise() {
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(limit.rlim_max, wanted)
        _ = setrlimit(kind, &limit)
    }
}
