import Foundation

/// The kernel's answer about TCP sockets (`sock_diag(7)`). Its text tables hold the same and more: for the few sockets
/// that listen it walks every bucket of the host's connections: 4 ms for each of the two where those are 262,144.
enum SocketDiagnosis {
    // From linux/netlink.h, sock_diag.h and inet_diag.h, which Swift does not import.
    private static let netlink: Int32 = 16
    private static let socketDiagnosis: Int32 = 4
    private static let byFamily: UInt16 = 20
    private static let requestDump: UInt16 = 0x301
    private static let (error, done): (UInt16, UInt16) = (2, 3)
    private static let listening: UInt32 = 10
    private static let headerSize = 16
    private static let requestSize = 56
    private static let messageSize = 72
    private static let patience = timeval(tv_sec: 1, tv_usec: 0)

    /// The TCP sockets of this process's network namespace that listen; nil where the kernel does not answer.
    static func listeningTCP(isIPv6: Bool) -> [(inode: UInt64, socket: ListeningSocket)]? {
        let file = socket(netlink, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), socketDiagnosis)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // The kernel answers while it is asked; this is for one that never does.
        var patience = patience
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let request = request(family: UInt8(isIPv6 ? AF_INET6 : AF_INET))
        guard send(file, request, request.count, 0) == request.count else { return nil }
        var found: [(inode: UInt64, socket: ListeningSocket)] = []
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        while true {
            let count = recv(file, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            switch buffer[..<count].withUnsafeBytes({ read($0, isIPv6: isIPv6, into: &found) }) {
            case .more: continue
            case .whole: return found
            case .refused: return nil
            }
        }
    }

    private enum Progress { case more, whole, refused }

    /// A `nlmsghdr` and an `inet_diag_req_v2` for all sockets of the state.
    private static func request(family: UInt8) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: headerSize + requestSize)
        bytes.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: UInt32(headerSize + requestSize), as: UInt32.self)
            bytes.storeBytes(of: byFamily, toByteOffset: 4, as: UInt16.self)
            bytes.storeBytes(of: requestDump, toByteOffset: 6, as: UInt16.self)
            bytes[headerSize] = family
            bytes[headerSize + 1] = UInt8(IPPROTO_TCP)
            bytes.storeBytes(of: 1 << listening, toByteOffset: headerSize + 4, as: UInt32.self)
        }
        return bytes
    }

    /// Reads one datagram of `inet_diag_msg`s.
    private static func read(
        _ bytes: UnsafeRawBufferPointer, isIPv6: Bool, into found: inout [(inode: UInt64, socket: ListeningSocket)]
    ) -> Progress {
        var offset = 0
        while offset + headerSize <= bytes.count {
            let length = Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            let type = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt16.self)
            if type == done { return .whole }
            guard type != error, length >= headerSize, offset + length <= bytes.count else { return .refused }
            if type == byFamily, length >= headerSize + messageSize {
                let message = offset + headerSize
                let port = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: message + 4, as: UInt16.self))
                let inode = bytes.loadUnaligned(fromByteOffset: message + 68, as: UInt32.self)
                found.append((UInt64(inode), .tcp(isIPv6: isIPv6, port: Int(port))))
            }
            // Messages begin at multiples of four.
            offset += (length + 3) & ~3
        }
        return .more
    }
}
