import Foundation

/// Lets one node at a time make, join or remove a bridge.
///
/// It is an abstract UNIX socket's name: that is unique per network namespace, as the bridge is, whatever the nodes'
/// file systems and users are, and the kernel frees it with its holder.
enum BridgeLock {
    /// Runs `body` with the lock held, on a thread that may block.
    ///
    /// - Throws: `NetworkError.locked`, and what `body` throws.
    static func hold<Result>(
        _ bridge: String, within limit: Duration = .seconds(2), _ body: () throws -> Result
    ) throws -> Result {
        let end = ContinuousClock.now + limit
        let holder = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard holder >= 0 else { throw NetworkError.refused(action: "make a lock", reason: errnoText()) }
        defer { close(holder) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A leading zero byte makes the name abstract.
        let name = [0] + Array("loco-bridge-\(bridge)".utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        while true {
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(holder, $0, size) == 0 }
            }
            if bound { return try body() }
            guard errno == EADDRINUSE, .now < end else { throw NetworkError.locked(bridge: bridge) }
            usleep(5000)
        }
    }
}
