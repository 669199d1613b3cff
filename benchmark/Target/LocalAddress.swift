import Foundation

/// Which of this machine's addresses a host is reached from.
enum LocalAddress {
    /// The IPv4 address that packets to `host` leave with. Nothing is sent.
    ///
    /// - Throws: `BenchError.unreachable`.
    static func towards(_ host: String, port: Int) throws -> String {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, "\(port)", &hints, &found)
        defer { if let found { freeaddrinfo(found) } }
        guard status == 0, let first = found?.pointee else {
            throw BenchError.unreachable(host: host, reason: String(cString: gai_strerror(status)))
        }
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(descriptor, first.ai_addr, first.ai_addrlen) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isKnown else { throw BenchError.unreachable(host: host, reason: String(cString: strerror(errno))) }
        var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        guard inet_ntop(AF_INET, &address.sin_addr, &text, socklen_t(INET_ADDRSTRLEN)) != nil else {
            throw BenchError.unreachable(host: host, reason: String(cString: strerror(errno)))
        }
        return text.withUnsafeBufferPointer { buffer in
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
