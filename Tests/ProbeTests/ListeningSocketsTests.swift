import Foundation
import Testing

@testable import Probe

@Suite("ListeningSockets", .timeLimit(.minutes(1)))
struct ListeningSocketsTests {
    /// A loopback TCP socket; it listens only where told so.
    private func tcp(listens: Bool) throws -> (file: Int32, port: Int) {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(file, address, length) == 0 && (!listens || listen(file, 1) == 0)
                    && getsockname(file, address, &length) == 0
            }
        }
        try #require(result)
        return (file, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func unix(_ path: String) throws -> Int32 {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(file, 1) == 0
            }
        }
        try #require(result)
        return file
    }

    @Test("what this process listens on is found without connecting to it, and nothing else is")
    func real() throws {
        try withTemporaryFolder { folder in
            let listening = try tcp(listens: true)
            let bound = try tcp(listens: false)
            let path = folder + "/a b"
            let file = try unix(path)
            defer { for file in [listening.file, bound.file, file] { close(file) } }
            let sockets = try #require(ListeningSockets.of(pid: getpid()))
            #expect(sockets.contains(.tcp(isIPv6: false, port: listening.port)))
            #expect(!sockets.contains(.tcp(isIPv6: false, port: bound.port)))
            #expect(sockets.contains(.unix(path: path)))
            #expect(ListeningSockets.of(pid: 1 << 22 - 1) == nil)
        }
    }

    @Test("a closed socket is no longer found")
    func closed() throws {
        let socket = try tcp(listens: true)
        close(socket.file)
        let sockets = try #require(ListeningSockets.of(pid: getpid()))
        #expect(!sockets.contains(.tcp(isIPv6: false, port: socket.port)))
    }

    @Test("what the kernel answers is what its tables hold, also where it takes several messages")
    func answer() throws {
        let held = try (0..<600).map { _ in try tcp(listens: true) }
        defer { for socket in held { close(socket.file) } }
        let own = Set(held.map { ListeningSocket.tcp(isIPv6: false, port: $0.port) })
        let answer = try #require(SocketDiagnosis.listeningTCP(isIPv6: false))
        let table = ListeningSockets.tcp(try #require(KernelFile.text("/proc/self/net/tcp")), isIPv6: false)
        // Others may begin or end to listen meanwhile; these do not.
        func inodes(_ sockets: [(inode: UInt64, socket: ListeningSocket)]) -> [ListeningSocket: UInt64] {
            Dictionary(sockets.filter { own.contains($0.socket) }.map { ($0.socket, $0.inode) }) { $1 }
        }
        #expect(inodes(answer).count == held.count)
        #expect(inodes(answer) == inodes(table))
        #expect(SocketDiagnosis.listeningTCP(isIPv6: true)?.contains { own.contains($0.socket) } == false)
    }

    @Test("the kernel's tables are read as they are written")
    func tables() {
        let tcp6 = """
              sl  local_address                         remote_address                        st tx_queue rx_queue
               0: 00000000000000000000000001000000:170C 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 4711 1
               1: 00000000000000000000000001000000:170D 00000000000000000000000000000000:0000 01 0:0 0:0 0 0 0 4712 1
            """
        let parsed = ListeningSockets.tcp(tcp6, isIPv6: true)
        #expect(parsed.map(\.socket) == [.tcp(isIPv6: true, port: 5900)])
        #expect(ListeningSockets.inode(ofLink: "socket:[123]") == 123)
        #expect(ListeningSockets.inode(ofLink: "/dev/null") == nil)
    }

    @Test("a VNC server's address is QEMU's, and it is served or not")
    func rfb() {
        #expect(RFBAddress(argument: "127.0.0.1:77") == .ports(5977...5977))
        #expect(RFBAddress(argument: ":1,to=9,password=on") == .ports(5901...5909))
        #expect(RFBAddress(argument: "unix:/run/v,share=ignore") == .socket(path: "/run/v"))
        #expect(RFBAddress(argument: "none") == nil)
        #expect(RFBAddress(arguments: ["-m", "32"]) == nil)
        #expect(RFBAddress(arguments: ["-vnc"]) == nil)
        let address = RFBAddress(arguments: ["-m", "32", "-vnc", ":2"])
        #expect(address?.isServed(by: [.tcp(isIPv6: true, port: 5902)]) == true)
        #expect(address?.isServed(by: [.tcp(isIPv6: false, port: 5903), .unix(path: "/q")]) == false)
    }
}
