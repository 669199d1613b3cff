import Foundation

/// Picks ports on the loopback address.
enum FreePort {
    /// A TCP port that was free a moment ago; somebody else may take it before it is used.
    static func onLoopback() throws -> Int {
        let (descriptor, port) = try bound(SOCK_STREAM)
        close(descriptor)
        return port
    }

    /// A socket bound to a free port; the caller closes it.
    static func bound(_ kind: __socket_type) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
        guard descriptor >= 0 else { throw failure() }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(descriptor, generic, length) == 0, getsockname(descriptor, generic, &length) == 0 else {
                    defer { close(descriptor) }
                    throw failure()
                }
            }
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func failure() -> BenchError { .noFreePort(String(cString: strerror(errno))) }
}
