import Foundation
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct WebSocketClientTests {
    private static let greeter = WebSocketRoute(path: "/greet") { socket, info in
        socket.send("hello \(info.query["name"] ?? "?") \(info.headers[.authorization] ?? "-")")
        for await message in socket.messages { socket.send(message) }
    }

    @Test func `a socket is opened, speaks both ways, and closes with its reason on both sides`() async throws {
        try await withService(webSockets: [Self.greeter]) { port, service in
            let socket = try await WebSocketClient.connect(
                url: "http://127.0.0.1:\(port)/greet?name=me", headers: [.authorization: "Bearer x"])
            let messages = socket.messages.makeAsyncIterator()
            #expect(await messages.next() == "hello me Bearer x")
            let big = String(repeating: "é", count: 30_000)
            #expect(socket.send(big))
            #expect(await messages.next() == big)
            socket.close(code: 4001, reason: "enough")
            #expect(await messages.next() == nil)
            #expect(await socket.waitUntilClosed() == .local(code: 4001, reason: "enough"))
            #expect(socket.isClosed && !socket.send("late"))
            try await eventually("the server saw it") { service.statistics.counts.closed == ["peer": 1] }
        }
    }

    @Test func `what refuses, is silent or is no address is told apart`() async throws {
        try await withService { port, _ in
            await #expect(throws: WebSocketClient.ConnectError.refused(url: "ws://127.0.0.1:\(port)/nowhere")) {
                try await WebSocketClient.connect(url: "ws://127.0.0.1:\(port)/nowhere")
            }
        }
        await #expect { try await WebSocketClient.connect(url: "ws://127.0.0.1:1/x?token=secret") } throws: {
            "\($0)".hasPrefix("cannot reach ws://127.0.0.1:1/x: ") && !"\($0)".contains("secret")
        }
        await #expect(throws: WebSocketClient.ConnectError.badURL("ftp://x")) {
            try await WebSocketClient.connect(url: "ftp://x")
        }
        // A listener that accepts and never answers.
        let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let start = ContinuousClock.now
        let url = "ws://127.0.0.1:\(silent.localAddress!.port!)/x"
        await #expect(
            throws: WebSocketClient.ConnectError.unreachable(url: url, reason: "no answer within 0.3 seconds")
        ) { try await WebSocketClient.connect(url: url, deadline: .milliseconds(300)) }
        #expect(ContinuousClock.now - start < .seconds(2))
        try await silent.close()
    }

    @Test func `a server that shuts down ends the messages`() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = HTTPService(
            configuration: HTTPServiceConfiguration(), logger: logger, webSockets: [Self.greeter]
        ) { _ in }
        try await withRunning([service], logger: logger) { group in
            let socket = try await WebSocketClient.connect(url: "ws://127.0.0.1:\(try await service.boundPort)/greet")
            await group.triggerGracefulShutdown()
            for await _ in socket.messages {}
            #expect(await socket.waitUntilClosed() == .peer(code: 1001))
        }
    }
}
