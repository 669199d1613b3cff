import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct HTTPServiceTests {
    private struct Body: Codable {
        struct Inner: Codable { let count: Int }
        let name: String
        let inner: Inner
    }

    @Test(arguments: [
        (#"{"inner":{"count":1}}"#, "field 'name' is missing"),
        (#"{"name":1,"inner":{"count":1}}"#, "field 'name' must be a string"),
        (#"{"name":"a","inner":{"count":"x"}}"#, "field 'inner.count' must be a number"),
        (#"{"name":"a","inner":null}"#, "field 'inner' must be an object, not null"),
        ("{", "the body is not valid JSON"), ("", "the body is not valid JSON"),
    ])
    func `bad JSON is answered with 400 naming the field`(text: String, message: String) async throws {
        try await withService(routes: { routes in
            routes.post("/x") { request, _ in try await request.json(Body.self).name }
        }) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.write(
                "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
            )
            let response = try await socket.readResponse()
            let error = try JSONDecoder().decode(APIErrorBody.self, from: Data(response.body.utf8)).error
            #expect(response.status == 400 && error.code == "bad-json" && error.message == message)
        }
    }

    @Test func `an unexpected error is answered with 500 that tells nothing from inside`() async throws {
        struct Secret: Error {}
        try await withService(routes: { $0.get("/x") { _, _ -> Response in throw Secret() } }) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.write("GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            let response = try await socket.readResponse()
            #expect(response.status == 500 && response.body.contains("internal") && !response.body.contains("Secret"))
        }
    }

    @Test func `a body without a length is cut at the limit too`() async throws {
        try await withService(routes: { routes in
            routes.post("/x") { request, _ in "\(try await request.wholeBody(limit: 100).readableBytes)" }
        }) { port, _ in
            let socket = try RawSocket(port: port)
            let chunk = String(repeating: "a", count: 64)
            try await socket.write("POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<4 { try await socket.write("40\r\n\(chunk)\r\n") }
            try await socket.write("0\r\n\r\n")
            #expect(try await socket.readResponse().status == 413)
        }
    }

    @Test func `a port in use is told with the setting that changes it`() async throws {
        try await withService { port, _ in
            var configuration = HTTPServiceConfiguration()
            configuration.port = port
            configuration.portSetting = "hub.port (--port)"
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let second = HTTPService(configuration: configuration, logger: logger) { _ in }
            let expected = ListenError.portInUse(host: "127.0.0.1", port: port, setting: "hub.port (--port)")
            await #expect(throws: expected) { try await second.run() }
            await #expect(throws: expected) { try await second.boundPort }
            #expect(
                "\(expected)" == "port \(port) on 127.0.0.1 is in use: stop what listens there, or choose another with"
                    + " hub.port (--port) (0 = any free)")
        }
    }

    @Test func `shutdown closes WebSockets with 1001, ends idle connections, and leaves nothing`() async throws {
        let route = WebSocketRoute(path: "/ws") { socket, _ in for await _ in socket.messages {} }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let service = HTTPService(
            configuration: HTTPServiceConfiguration(), logger: logger, webSockets: [route]
        ) { routes in routes.get("/x") { _, _ in "x" } }
        let group = ServiceGroup(configuration: .init(services: [service], logger: logger))
        async let running: Void = group.run()
        let port = try await service.boundPort
        let socket = try RawSocket(port: port)
        try await socket.upgrade("/ws")
        let idle = try RawSocket(port: port)
        try await idle.write("GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        _ = try await idle.readResponse()
        let start = ContinuousClock.now
        await group.triggerGracefulShutdown()
        #expect(try await socket.readCloseCode() == 1001)
        try await socket.write(RawSocket.frame(8, Data([3, 233])))
        #expect(await socket.isClosed(within: .seconds(1)))
        #expect(await idle.isClosed(within: .seconds(1)))
        try await running
        #expect(ContinuousClock.now - start < .seconds(1))
        #expect(service.statistics.counts.open == 0)
        #expect(service.statistics.counts.closed == ["shutdown": 1])
        #expect(throws: (any Error).self) { try RawSocket(port: port) }
    }

    @Test func `a request in progress is cut at the shutdown deadline`() async throws {
        var configuration = HTTPServiceConfiguration()
        configuration.shutdownDeadline = .milliseconds(300)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let service = HTTPService(configuration: configuration, logger: logger) { routes in
            routes.get("/slow") { _, _ in
                try await Task.sleep(for: .seconds(60))
                return "slow"
            }
        }
        let group = ServiceGroup(configuration: .init(services: [service], logger: logger))
        async let running: Void = group.run()
        let socket = try RawSocket(port: try await service.boundPort)
        try await socket.write("GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        await group.triggerGracefulShutdown()
        _ = try? await running
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(await socket.isClosed(within: .seconds(1)))
    }

    @Test func `an answer may take longer than a connection may be silent`() async throws {
        var configuration = HTTPServiceConfiguration()
        configuration.idleTimeout = .milliseconds(300)
        let slow: (HTTPService.Routes) -> Void = { routes in
            routes.get("/slow") { _, _ in
                try await Task.sleep(for: .milliseconds(1200))
                return "done"
            }
        }
        try await withService(configuration: configuration, routes: slow) { port, _ in
            let client = NodeClient(token: nil)
            let answer = try await client.send(
                .GET, "/slow", to: NodeAddress("http://127.0.0.1:\(port)"), limit: 100, deadline: .seconds(10))
            try await client.close()
            #expect(answer.status == 200 && String(buffer: answer.body) == "done")
            let socket = try RawSocket(port: port)
            try await socket.write("GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            #expect(try await socket.readResponse().status == 200)
            #expect(await socket.isClosed(within: .seconds(2)))
        }
    }

    @Test func `a connection that sends half a request is closed when its time is up`() async throws {
        var configuration = HTTPServiceConfiguration()
        configuration.idleTimeout = .milliseconds(300)
        try await withService(configuration: configuration) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.write("GET /x HTTP/1.1\r\nHost:")
            #expect(await socket.isClosed(within: .seconds(2)))
        }
    }

    @Test func `a request that is no HTTP gets 400 and the connection ends`() async throws {
        try await withService { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.write("HELLO\r\n\r\n")
            #expect(try await socket.readResponse().status == 400)
        }
    }
}
