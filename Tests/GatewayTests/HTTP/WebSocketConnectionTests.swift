import Foundation
import Synchronization
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct WebSocketConnectionTests {
    private static func echo(_ limits: WebSocketLimits = WebSocketLimits()) -> WebSocketRoute {
        WebSocketRoute(path: "/echo", limits: limits) { socket, _ in
            for await message in socket.messages { socket.send(message) }
        }
    }

    @Test func `a fragmented message is put together, with a ping answered in between`() async throws {
        try await withService(webSockets: [Self.echo()]) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/echo")
            try await socket.write(RawSocket.frame(1, Data("one ".utf8), fin: false))
            try await socket.write(RawSocket.frame(9, Data("p".utf8)))
            try await socket.write(RawSocket.frame(0, Data("two ".utf8), fin: false))
            try await socket.write(RawSocket.frame(0, Data("three".utf8)))
            let pong = try await socket.readFrame()
            #expect(pong?.opcode == 10 && pong?.payload == Data("p".utf8))
            #expect(try await socket.readText() == "one two three")
        }
    }

    @Test func `a message of exactly the limit is taken, one byte more closes with 1009`() async throws {
        try await withService(webSockets: [Self.echo()]) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/echo")
            try await socket.write(RawSocket.frame(1, Data(repeating: 97, count: 65536)))
            #expect(try await socket.readText()?.utf8.count == 65536)
            try await socket.write(RawSocket.frame(1, Data(repeating: 97, count: 65537)))
            #expect(try await socket.readCloseCode() == 1009)
        }
    }

    @Test func `fragments above the limit together close with 1009`() async throws {
        try await withService(webSockets: [Self.echo()]) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/echo")
            try await socket.write(RawSocket.frame(1, Data(repeating: 97, count: 40000), fin: false))
            try await socket.write(RawSocket.frame(0, Data(repeating: 97, count: 40000), fin: true))
            #expect(try await socket.readCloseCode() == 1009)
        }
    }

    @Test(arguments: [
        ("unmasked", RawSocket.frame(1, Data("x".utf8), masked: false), 1002),
        ("reserved bit", RawSocket.frame(1, Data("x".utf8), reserved: 0x40), 1002),
        ("unknown opcode", RawSocket.frame(3, Data("x".utf8)), 1002),
        ("lone continuation", RawSocket.frame(0, Data("x".utf8)), 1002),
        ("fragmented ping", RawSocket.frame(9, Data(), fin: false), 1002),
        ("not UTF-8", RawSocket.frame(1, Data([0xff, 0xfe])), 1007),
    ])
    func `a breach of the protocol closes with its code`(what: String, bytes: Data, code: Int) async throws {
        try await withService(webSockets: [Self.echo()]) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/echo")
            try await socket.write(bytes)
            #expect(try await socket.readCloseCode() == code)
        }
    }

    @Test func `the peer's close is answered with its code and the connection ends`() async throws {
        try await withService(webSockets: [Self.echo()]) { port, service in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/echo")
            try await socket.write(RawSocket.frame(8, Data([0x0f, 0xa0])))
            #expect(try await socket.readCloseCode() == 4000)
            #expect(await socket.isClosed(within: .seconds(2)))
            try await eventually("closed is counted") { service.statistics.counts.closed == ["peer": 1] }
        }
    }

    @Test func `messages sent right before closing still reach the handler`() async throws {
        let (seen, recorded) = AsyncStream.makeStream(of: String.self)
        let route = WebSocketRoute(path: "/log") { socket, _ in
            for await message in socket.messages {
                try? await Task.sleep(for: .milliseconds(20))
                recorded.yield(message)
            }
            recorded.finish()
        }
        try await withService(webSockets: [route]) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/log")
            for index in 0..<5 { try await socket.write(RawSocket.text("\(index)")) }
            try await socket.write(RawSocket.frame(8, Data([3, 232])))
            var messages: [String] = []
            for await message in seen { messages.append(message) }
            #expect(messages == ["0", "1", "2", "3", "4"])
        }
    }

    @Test func `ten thousand messages in a burst are survived, limited and counted, with the socket open`() async throws
    {
        try await withService(webSockets: [Self.echo()]) { port, service in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/echo")
            let junk = RawSocket.text("{not json")
            for _ in 0..<10_000 { try await socket.write(junk) }
            try await eventually("most are refused") { service.statistics.counts.rateLimited > 8000 }
            try await Task.sleep(for: .milliseconds(1200))
            try await socket.write(RawSocket.text("still here"))
            var texts: [String] = []
            repeat {
                texts.append(try await socket.readText() ?? "closed")
            } while texts.last != "still here" && texts.last != "closed"
            #expect(texts.last == "still here")
            #expect(texts.contains { $0.contains(#""code":"rate-limited""#) })
            let counts = service.statistics.counts
            #expect(counts.rateLimited > 8000 && counts.open == 1)
        }
    }

    @Test func `a reader that does not read is closed with 1013 and hurts nobody else`() async throws {
        let route = WebSocketRoute(path: "/flood") { socket, _ in
            let big = String(repeating: "x", count: 32 * 1024)
            while socket.send(big) { await Task.yield() }
        }
        try await withService(webSockets: [route, Self.echo()]) { port, service in
            let slow = try RawSocket(port: port, receiveBuffer: 4096)
            try await slow.upgrade("/flood")
            try await eventually("the slow one is closed") { service.statistics.counts.closed["slow-reader"] == 1 }
            let other = try RawSocket(port: port)
            try await other.upgrade("/echo")
            try await other.write(RawSocket.text("fine"))
            #expect(try await other.readText() == "fine")
        }
    }

    @Test func `a handler that does not read stops the socket from being read`() async throws {
        var limits = WebSocketLimits()
        limits.messageRate = nil
        limits.handlerGrace = .milliseconds(100)
        let route = WebSocketRoute(path: "/stall", limits: limits) { _, _ in try? await Task.sleep(for: .seconds(60)) }
        try await withService(webSockets: [route]) { port, _ in
            let socket = try RawSocket(port: port, receiveBuffer: 4096)
            try await socket.upgrade("/stall")
            let message = RawSocket.frame(1, Data(repeating: 97, count: 60000))
            // Far more than the kernel's buffers and the read-ahead can hold together: the writes must stall.
            let written = Atomic<Int>(0)
            let writer = Task.detached {
                for _ in 0..<2000 {
                    try await socket.write(message)
                    written.add(1, ordering: .relaxed)
                }
            }
            // How fast the room is filled is the machine's; that nothing goes on then is the connection's.
            var seen = -1
            try await eventually("the writes stall", within: .seconds(10)) {
                let before = seen
                seen = written.load(ordering: .relaxed)
                try await Task.sleep(for: .milliseconds(300))
                return seen == before
            }
            #expect((1..<500).contains(seen))
            socket.closeWrite()
            _ = await writer.result
        }
    }

    @Test func `a peer that answers no ping is cut`() async throws {
        var limits = WebSocketLimits()
        limits.pingInterval = .milliseconds(100)
        try await withService(webSockets: [Self.echo(limits)]) { port, service in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/echo")
            #expect(await socket.isClosed(within: .seconds(3)))
            try await eventually("the reason is counted") { service.statistics.counts.closed == ["pong-timeout": 1] }
        }
    }

    @Test func `a handler that returns closes its socket with 1000`() async throws {
        let route = WebSocketRoute(path: "/bye") { socket, _ in socket.send("bye") }
        try await withService(webSockets: [route]) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/bye")
            #expect(try await socket.readText() == "bye")
            #expect(try await socket.readCloseCode() == 1000)
        }
    }
}
