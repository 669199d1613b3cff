import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Synchronization

@testable import Gateway

/// A node without media, made with the gateway's own HTTP service: answers as told and remembers what it was asked.
final class FakeNode: Sendable {
    struct State {
        var report: JSONValue = .object(["overallStatus": "healthy", "errors": .array([])])
        var reportStatus = 200
        var healthDelay = Duration.zero
        var location = "/whep/session-1"
        var requests: [String] = []
        var authorizations: [String?] = []
        var cookies: [String?] = []
        var signals: [String] = []
        var sockets: [WebSocketConnection] = []
        /// Closes a new socket at once.
        var hangsUp = false
    }

    let state = Mutex(State())
    let service: HTTPService

    init() {
        let state = SendableBox()
        let socket = WebSocketRoute(path: "/signal") { socket, _ in
            guard let node = state.node else { return }
            let hangsUp = node.state.withLock {
                $0.sockets.append(socket)
                return $0.hangsUp
            }
            if hangsUp { return }
            for await text in socket.messages {
                node.state.withLock { $0.signals.append(text) }
                guard let json = try? JSON.decode(JSONValue.self, from: Data(text.utf8)) else { continue }
                switch json["type"]?.string {
                case "register": socket.send(#"{"type":"registered","id":"x"}"#)
                case "signal" where json["data"]?["type"]?.string == "offer":
                    socket.send(#"{"type":"signal","source":"liar","target":"y","data":{"type":"answer","sdp":"v=0"}}"#)
                case "signal" where json["data"]?["type"]?.string == "bad":
                    socket.send(#"{"type":"error","code":"bad-sdp","message":"no"}"#)
                default: break
                }
            }
        }
        var logger = Logger(label: "fake-node")
        logger.logLevel = .critical
        var configuration = HTTPServiceConfiguration()
        configuration.shutdownDeadline = .milliseconds(200)
        service = HTTPService(configuration: configuration, logger: logger, webSockets: [socket]) {
            routes in
            routes.get("/health") { request, _ in
                state.node?.record(request)
                let (report, status, delay) =
                    state.node?.state.withLock { ($0.report, $0.reportStatus, $0.healthDelay) } ?? (.null, 500, .zero)
                try await Task.sleep(for: delay)
                return Response.json(report, status: .init(code: status))
            }
            routes.get("/snapshot.jpg") { request, _ in
                state.node?.record(request)
                return Response(
                    status: .ok, headers: [.contentType: "image/jpeg"],
                    body: .init(byteBuffer: .init(bytes: [0xff, 0xd8, 0xff, 0xd9])))
            }
            routes.post("/whep") { request, _ in
                state.node?.record(request)
                let offer = try await request.wholeBody(limit: 1 << 20)
                let location = state.node?.state.withLock { $0.location } ?? ""
                return Response(
                    status: .created,
                    headers: [.contentType: "application/sdp", .location: location, .eTag: "\"1\""],
                    body: .init(byteBuffer: .init(string: "answer to \(offer.readableBytes)")))
            }
            for method in [HTTPRequest.Method.patch, .delete] {
                routes.on("/whep/{session}", method: method) { request, _ in
                    state.node?.record(request)
                    return Response(status: .noContent)
                }
            }
            routes.post("/input") { request, _ in
                state.node?.record(request)
                return Response(status: .noContent)
            }
        }
        state.set(self)
    }

    private func record(_ request: Request) {
        state.withLock {
            let query = request.uri.query.map { "?\($0)" } ?? ""
            $0.requests.append("\(request.method.rawValue) \(request.uri.path)\(query)")
            $0.authorizations.append(request.headers[.authorization])
            $0.cookies.append(request.headers[.cookie])
        }
    }

    /// Breaks the cycle of the routes and the node they belong to.
    private final class SendableBox: Sendable {
        private struct Weak { weak var node: FakeNode? }
        private let value = Mutex(Weak())
        var node: FakeNode? { value.withLock { $0.node } }
        func set(_ node: FakeNode) { value.withLock { $0.node = node } }
    }
}
