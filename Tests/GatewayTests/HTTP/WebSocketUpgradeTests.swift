import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct WebSocketUpgradeTests {
    private static let echo = WebSocketRoute(path: "/echo/{id}") { socket, info in
        for await message in socket.messages { socket.send("\(info.parameters["id"] ?? "?"):\(message)") }
    }

    @Test func `an upgrade as the first request is served by its route`() async throws {
        try await withService(webSockets: [Self.echo]) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.upgrade("/echo/a%20b")
            try await socket.write(RawSocket.text("hello"))
            #expect(try await socket.readText() == "a b:hello")
        }
    }

    @Test func `an upgrade as the second request of a kept-alive connection works`() async throws {
        try await withService(webSockets: [Self.echo], routes: { $0.get("x") { _, _ in "x" } }) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.write("GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            #expect(try await socket.readResponse().status == 200)
            try await socket.upgrade("/echo/2")
            try await socket.write(RawSocket.text("hello"))
            #expect(try await socket.readText() == "2:hello")
        }
    }

    @Test func `an upgrade pipelined behind a slow request waits for its response, and frames sent at once are kept`()
        async throws
    {
        try await withService(
            webSockets: [Self.echo],
            routes: {
                $0.get("slow") { _, _ in
                    try await Task.sleep(for: .milliseconds(100))
                    return "slow"
                }
            }
        ) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.write(
                Data("GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
                    + Data(RawSocket.upgradeRequest("/echo/p").utf8) + RawSocket.text("early"))
            let first = try await socket.readResponse()
            #expect(first.status == 200 && first.body == "slow")
            #expect(try await socket.readResponse().status == 101)
            #expect(try await socket.readText() == "p:early")
        }
    }

    @Test(arguments: [
        ("/nowhere", "", "13", 404, "not-found"),
        ("/echo/1", "Origin: http://evil.example\r\n", "13", 403, "origin-refused"),
        ("/echo/1", "", "8", 400, "websocket-required"),
    ])
    func `a refused upgrade is answered with a JSON error and the connection ends`(
        path: String, extra: String, version: String, status: Int, code: String
    ) async throws {
        try await withService(webSockets: [Self.echo]) { port, service in
            let socket = try RawSocket(port: port)
            try await socket.write(RawSocket.upgradeRequest(path, extra: extra, version: version))
            let response = try await socket.readResponse()
            #expect(response.status == status)
            let body = try JSONDecoder().decode(APIErrorBody.self, from: Data(response.body.utf8))
            #expect(body.error.code == code)
            #expect(response.headers["connection"] == "close")
            #expect(await socket.isClosed(within: .seconds(2)))
            #expect(service.statistics.counts.refused == 1)
        }
    }

    @Test func `a request without an upgrade on a WebSocket path gets 426`() async throws {
        try await withService(webSockets: [Self.echo]) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.write("GET /echo/1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            let response = try await socket.readResponse()
            #expect(response.status == 426)
            #expect(response.headers["upgrade"] == "websocket")
        }
    }

    @Test func `an h2c upgrade offer is answered in HTTP/1 and the connection does not hang`() async throws {
        try await withService(routes: { $0.get("x") { _, _ in "x" } }) { port, _ in
            let socket = try RawSocket(port: port)
            try await socket.write(
                "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n"
            )
            let response = try await socket.readResponse()
            #expect(response.status == 200)
            #expect(response.headers["connection"] == "close")
            #expect(await socket.isClosed(within: .seconds(2)))
        }
    }

    @Test func `the service's own origin and a configured one may upgrade`() async throws {
        var configuration = HTTPServiceConfiguration()
        configuration.access.allowedOrigins = ["https://play.example"]
        try await withService(configuration: configuration, webSockets: [Self.echo]) { port, _ in
            for origin in ["http://127.0.0.1", "https://play.example"] {
                let socket = try RawSocket(port: port)
                try await socket.upgrade("/echo/1", extra: "Origin: \(origin)\r\n")
            }
        }
    }

    @Test func `with a token an upgrade needs it as header, query or cookie`() async throws {
        var configuration = HTTPServiceConfiguration()
        configuration.access.token = "s3cret"
        try await withService(configuration: configuration, webSockets: [Self.echo]) { port, _ in
            let refused = try RawSocket(port: port)
            try await refused.write(RawSocket.upgradeRequest("/echo/1"))
            #expect(try await refused.readResponse().status == 401)
            let cases = [
                ("/echo/1", "Authorization: Bearer s3cret\r\n"), ("/echo/1?token=s3cret", ""),
                ("/echo/1", "Cookie: other=1; loco_token=s3cret\r\n"),
            ]
            for (path, extra) in cases { try await RawSocket(port: port).upgrade(path, extra: extra) }
        }
    }
}
