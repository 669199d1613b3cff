import Foundation

/// A plain TCP client that sends bytes as they are, for what a well-behaved HTTP library would not send.
/// It blocks threads of its own, never longer than its deadline, so that the tests' concurrency pool stays free.
// @unchecked: a test uses the reading side and the writing side from at most one task each, and only reading keeps state.
final class RawSocket: @unchecked Sendable {
    struct Timeout: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private let reading = DispatchQueue(label: "raw-socket.read")
    private let writing = DispatchQueue(label: "raw-socket.write")
    private var buffer = Data()

    /// - Parameter receiveBuffer: the socket's receive buffer in bytes, small to play a slow reader.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Timeout(description: "connect: \(String(cString: strerror(errno)))") }
    }

    deinit { Glibc.close(descriptor) }

    private func on<Value: Sendable>(
        _ queue: DispatchQueue, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }

    func write(_ text: String) async throws { try await write(Data(text.utf8)) }

    func write(_ data: Data) async throws { try await on(writing) { try self.writeNow(data) } }

    private func writeNow(_ data: Data) throws {
        var offset = 0
        while offset < data.count {
            let count = data.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + offset, data.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Timeout(description: "send: \(String(cString: strerror(errno)))") }
            offset += count
        }
    }

    func closeWrite() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads what is there; false at the end of the stream.
    private func fill(deadline: ContinuousClock.Instant) throws -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let left = max(0, Int32((deadline - .now) / .milliseconds(1)))
        guard poll(&poller, 1, left) > 0 else {
            throw Timeout(
                description:
                    "nothing more after \(buffer.count) bytes: \(String(decoding: buffer.prefix(400), as: UTF8.self))")
        }
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: chunk[..<count])
        return true
    }

    /// Reads `count` bytes, fewer at the end of the stream.
    func read(_ count: Int, within: Duration = .seconds(5)) async throws -> Data {
        try await on(reading) { try self.readNow(count, within: within) }
    }

    private func readNow(_ count: Int, within: Duration) throws -> Data {
        let deadline = ContinuousClock.now + within
        while buffer.count < count, try fill(deadline: deadline) {}
        let data = buffer.prefix(count)
        buffer.removeFirst(data.count)
        return Data(data)
    }

    /// Reads to the end of the stream.
    func readToEnd(within: Duration = .seconds(5)) async throws -> Data {
        try await on(reading) {
            let deadline = ContinuousClock.now + within
            while try self.fill(deadline: deadline) {}
            defer { self.buffer = Data() }
            return self.buffer
        }
    }

    /// True when the peer closes within the time.
    func isClosed(within: Duration) async -> Bool { (try? await readToEnd(within: within)) != nil }

    /// A response as it came.
    struct Response: Sendable {
        let status: Int
        /// Names in lower case.
        let headers: [String: String]
        let body: String
    }

    /// Reads one HTTP response with a Content-Length.
    func readResponse(within: Duration = .seconds(5)) async throws -> Response {
        try await on(reading) { try self.readResponseNow(within: within) }
    }

    private func readResponseNow(within: Duration) throws -> Response {
        let deadline = ContinuousClock.now + within
        let separator = Data("\r\n\r\n".utf8)
        while buffer.range(of: separator) == nil {
            guard try fill(deadline: deadline) else {
                throw Timeout(description: "the connection ended before a response")
            }
        }
        let end = buffer.range(of: separator)!
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        buffer.removeSubrange(..<end.upperBound)
        buffer = Data(buffer)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        let body = length > 0 ? try readNow(length, within: within) : Data()
        return Response(status: status, headers: headers, body: String(decoding: body, as: UTF8.self))
    }

    // MARK: WebSocket

    static func upgradeRequest(_ path: String, extra: String = "", version: String = "13") -> String {
        "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: \(version)\r\n\(extra)\r\n"
    }

    static func frame(_ opcode: UInt8, _ payload: Data, fin: Bool = true, masked: Bool = true, reserved: UInt8 = 0)
        -> Data
    {
        var data = Data([(fin ? 0x80 : 0) | reserved | opcode])
        let mask: UInt8 = masked ? 0x80 : 0
        switch payload.count {
        case ..<126: data.append(mask | UInt8(payload.count))
        case ..<65536:
            data.append(mask | 126)
            data.append(contentsOf: [UInt8(payload.count >> 8), UInt8(payload.count & 0xff)])
        default:
            data.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) { data.append(UInt8((payload.count >> shift) & 0xff)) }
        }
        guard masked else { return data + payload }
        let key: [UInt8] = [1, 2, 3, 4]
        data.append(contentsOf: key)
        data.append(contentsOf: payload.enumerated().map { $1 ^ key[$0 % 4] })
        return data
    }

    static func text(_ text: String) -> Data { frame(1, Data(text.utf8)) }

    /// Upgrades and checks the 101.
    func upgrade(_ path: String, extra: String = "") async throws {
        try await write(Self.upgradeRequest(path, extra: extra))
        let response = try await readResponse()
        guard response.status == 101, response.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" else {
            throw Timeout(description: "no upgrade: \(response)")
        }
    }

    /// Reads one frame; `nil` at the end of the stream.
    func readFrame(within: Duration = .seconds(5)) async throws -> (opcode: UInt8, payload: Data)? {
        let head = try await read(2, within: within)
        guard head.count == 2 else { return nil }
        var length = Int(head[1] & 0x7f)
        if length == 126 {
            length = try await read(2).reduce(0) { $0 << 8 | Int($1) }
        } else if length == 127 {
            length = try await read(8).reduce(0) { $0 << 8 | Int($1) }
        }
        return (head[0] & 0x0f, try await read(length, within: within))
    }

    /// Reads frames until a text one, and returns it.
    func readText(within: Duration = .seconds(5)) async throws -> String? {
        while let frame = try await readFrame(within: within) {
            if frame.opcode == 1 { return String(decoding: frame.payload, as: UTF8.self) }
        }
        return nil
    }

    /// Reads frames until a close frame, and returns its code.
    func readCloseCode(within: Duration = .seconds(5)) async throws -> Int? {
        while let frame = try await readFrame(within: within) {
            guard frame.opcode == 8 else { continue }
            return frame.payload.count >= 2 ? Int(frame.payload[0]) << 8 | Int(frame.payload[1]) : 1005
        }
        return nil
    }
}
