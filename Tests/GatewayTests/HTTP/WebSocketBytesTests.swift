import Foundation
import NIOCore
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct WebSocketBytesTests {
    private static let echo = WebSocketRoute(path: "/echo", limits: .bytes, subprotocols: ["binary"]) { socket, _ in
        for await bytes in socket.bytes { guard await socket.send(bytes) else { return } }
    }

    @Test func `bytes go both ways as they are, in messages no larger than the other side takes`() async throws {
        try await withService(webSockets: [Self.echo]) { port, _ in
            let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/echo", limits: .bytes)
            let sent = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            async let isSent = socket.send(ByteBuffer(bytes: sent))
            var received = Data()
            for await bytes in socket.bytes {
                #expect(bytes.readableBytes <= 64 * 1024)
                received.append(contentsOf: bytes.readableBytesView)
                if received.count >= sent.count { break }
            }
            #expect(await isSent)
            #expect(received == sent)
            socket.close()
        }
    }

    @Test func `a text on a socket of bytes closes it with 1003, and bytes on one of texts are text`() async throws {
        let texts = WebSocketRoute(path: "/texts") { socket, _ in
            for await text in socket.messages { socket.send("got " + text) }
        }
        try await withService(webSockets: [Self.echo, texts]) { port, _ in
            let bytes = try RawSocket(port: port)
            try await bytes.upgrade("/echo")
            try await bytes.write(RawSocket.frame(2, Data([0, 255])))
            #expect(try await bytes.readFrame()?.payload == Data([0, 255]))
            try await bytes.write(RawSocket.text("hello"))
            #expect(try await bytes.readCloseCode() == 1003)
            let text = try RawSocket(port: port)
            try await text.upgrade("/texts")
            try await text.write(RawSocket.frame(2, Data("x".utf8)))
            #expect(try await text.readText() == "got x")
        }
    }

    @Test func `a subprotocol that is spoken is confirmed, another is not`() async throws {
        try await withService(webSockets: [Self.echo]) { port, _ in
            for (offered, answer) in [("chat, binary", "binary"), ("chat", nil)] as [(String, String?)] {
                let socket = try RawSocket(port: port)
                try await socket.write(
                    RawSocket.upgradeRequest("/echo", extra: "Sec-WebSocket-Protocol: \(offered)\r\n"))
                let response = try await socket.readResponse()
                #expect(response.status == 101 && response.headers["sec-websocket-protocol"] == answer)
            }
        }
    }

    @Test func `a slow reader holds its sender up and loses nothing`() async throws {
        let total = 16 << 20
        let sent = Counter()
        let route = WebSocketRoute(path: "/flood", limits: .bytes) { socket, _ in
            for index in 0..<(total >> 16) {
                let part = ByteBuffer(repeating: UInt8(truncatingIfNeeded: index), count: 1 << 16)
                guard await socket.send(part) else { return }
                sent.add()
            }
        }
        try await withService(webSockets: [route]) { port, service in
            let socket = try RawSocket(port: port, receiveBuffer: 64 * 1024)
            try await socket.upgrade("/flood")
            try await Task.sleep(for: .milliseconds(500))
            // What the kernel's own buffers take, and no more.
            let ahead = sent.value
            #expect(ahead < total >> 17, "\(ahead) of \(total >> 16) were sent to a peer that reads nothing")
            var count = 0
            while count < total >> 16, let frame = try await socket.readFrame(within: .seconds(20)) {
                #expect(frame.opcode == 2 && frame.payload.count == 1 << 16)
                #expect(frame.payload.first == UInt8(truncatingIfNeeded: count))
                count += 1
            }
            #expect(count == total >> 16)
            #expect(service.statistics.counts.closed["slow-reader"] == nil)
        }
    }

    @Test func `a slow handler holds its peer up and loses nothing`() async throws {
        let received = Counter()
        let route = WebSocketRoute(path: "/slow", limits: .bytes) { socket, _ in
            try? await Task.sleep(for: .milliseconds(500))
            for await bytes in socket.bytes { for _ in 0..<bytes.readableBytes >> 14 { received.add() } }
        }
        try await withService(webSockets: [route]) { port, _ in
            let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/slow", limits: .bytes)
            let start = ContinuousClock.now
            for _ in 0..<1024 { #expect(await socket.send(ByteBuffer(repeating: 1, count: 1 << 14))) }
            #expect(ContinuousClock.now - start > .milliseconds(300))
            try await eventually("all of it came") { received.value == 1024 }
            socket.close()
        }
    }

    @Test func `the reason a peer closes with can be handed on`() async throws {
        let route = WebSocketRoute(path: "/bye", limits: .bytes) { socket, _ in
            socket.close(code: 1013, reason: "one has to leave first")
        }
        try await withService(webSockets: [route]) { port, _ in
            let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/bye", limits: .bytes)
            for await _ in socket.bytes {}
            #expect(socket.closeReason == .peer(code: 1013))
            #expect(socket.closeText == "one has to leave first")
            #expect(await !socket.send(ByteBuffer(string: "late")))
        }
    }
}
