import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Probe
import Synchronization

@testable import Gateway

/// A node without media, made with the gateway's own HTTP service: answers as told and remembers what it was asked.
final class FakeNode: Sendable {
    /// What a node does with a request for its events.
    enum Telling {
        /// Tells its health every 50 ms, after what is told first.
        case health
        /// Begins a stream and says nothing.
        case nothing
        /// Does not even answer.
        case noAnswer
        /// Sends this text.
        case text(String)
        /// Answers with this status.
        case status(Int)
    }

    struct State {
        var report = HealthReport.fake()
        var telling = Telling.health
        /// Told at the start of every stream.
        var first: [FleetEvent] = []
        /// Told once, on the stream that is open.
        var next: [FleetEvent] = []
        var streams = 0
        var viewers: JSONValue = .array([])
        var answers: [String: (status: Int, body: JSONValue)] = [:]
        var bodies: [String] = []
        var requestIDs: [String?] = []
        var socketIDs: [String?] = []
        var healthDelay = Duration.zero
        var location = "/whep/session-1"
        var requests: [String] = []
        var authorizations: [String?] = []
        var cookies: [String?] = []
        var signals: [String] = []
        /// The scope, authorization and query of each bridge that was opened.
        var bridges: [String] = []
        var sockets: [WebSocketConnection] = []
        /// What it was told about the focus.
        var wishes: [FocusWish] = []
        /// When, by the same index.
        var wishedAt: [ContinuousClock.Instant] = []
        /// How it answers that.
        var focusStatus = 200
        /// How long it takes for that.
        var focusDelay = Duration.zero
        /// Closes a new socket at once.
        var hangsUp = false
    }

    let state = Mutex(State())
    let service: HTTPService

    /// - Parameter port: 0 takes any free one.
    init(port: Int = 0) {
        let state = SendableBox()
        let socket = WebSocketRoute(path: "/signal") { socket, request in
            guard let node = state.node else { return }
            let hangsUp = node.state.withLock {
                $0.socketIDs.append(request.headers[CorrelationID.field])
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
        // Sends back what comes, and closes for a 9.
        let bridge = WebSocketRoute(path: "/vnc", limits: .bytes) { socket, request in
            let query = request.query.map { "\($0)=\($1)" }.sorted().joined(separator: "&")
            let scope = request.headers[AccessPolicy.scopeField] ?? "-"
            state.node?.state.withLock {
                $0.bridges.append("\(scope) \(request.headers[.authorization] ?? "-") \(query)")
            }
            for await bytes in socket.bytes {
                if bytes.readableBytesView.first == 9 { return socket.close(code: 4001, reason: "that was nine") }
                guard await socket.send(bytes) else { return }
            }
        }
        var logger = Logger(label: "fake-node")
        logger.logLevel = .critical
        var configuration = HTTPServiceConfiguration()
        configuration.port = port
        configuration.shutdownDeadline = .milliseconds(200)
        service = HTTPService(configuration: configuration, logger: logger, webSockets: [socket, bridge]) {
            routes in
            routes.get("/health") { request, _ in
                state.node?.record(request)
                let (report, delay) =
                    state.node?.state.withLock { ($0.report, $0.healthDelay) } ?? (.fake(), .zero)
                try await Task.sleep(for: delay)
                return Response.json(report, status: report.overallStatus == .unhealthy ? .serviceUnavailable : .ok)
            }
            routes.get("/events") { request, _ in
                state.node?.record(request)
                return try await state.node?.events() ?? Response(status: .gone)
            }
            for path in ["/viewers", "/recovery", "/logs"] {
                routes.get(RouterPath(path)) { request, _ in
                    state.node?.record(request)
                    return state.node?.answer(path) ?? Response(status: .gone)
                }
            }
            for path in ["/recover", "/services/{name}/restart"] {
                routes.post(RouterPath(path)) { request, _ in
                    state.node?.record(request)
                    let body = try await request.wholeBody(limit: 4096)
                    state.node?.state.withLock { $0.bodies.append(String(buffer: body)) }
                    return state.node?.answer(path) ?? Response(status: .gone)
                }
            }
            routes.put("/focus") { request, _ in
                let wish = try await request.json(FocusWish.self)
                let (status, delay) = state.node?.take(wish) ?? (410, .zero)
                try await Task.sleep(for: delay)
                return Response(status: .init(code: status))
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

    /// What it was told last about the focus.
    var wish: FocusWish? { state.withLock { $0.wishes.last } }

    private func take(_ wish: FocusWish) -> (Int, Duration) {
        state.withLock { state in
            state.wishes.append(wish)
            state.wishedAt.append(.now)
            if state.focusStatus == 200 {
                state.report.focus = .init(
                    focused: wish.focused, cpuShare: wish.cpuShare, means: nil, reason: nil, paused: wish.paused)
            }
            return (state.focusStatus, state.focusDelay)
        }
    }

    private func answer(_ path: String) -> Response {
        let (status, body) = state.withLock { state in
            state.answers[path] ?? (path == "/viewers" ? (200, state.viewers) : (404, .object([:])))
        }
        return Response.json(body, status: .init(code: status))
    }

    private func events() async throws -> Response {
        let (telling, first) = state.withLock { state in
            state.streams += 1
            return (state.telling, state.first)
        }
        switch telling {
        case .noAnswer:
            try await Task.sleep(for: .seconds(60))
            return Response(status: .gone)
        case .status(let code): return Response(status: .init(code: code))
        case .nothing, .text, .health: break
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream"],
            body: ResponseBody { [self] writer in
                func tell(_ event: FleetEvent) async throws {
                    let json = String(decoding: try event.json(), as: UTF8.self)
                    try await writer.write(
                        ByteBuffer(string: "event: \(event.name)\nid: \(event.id)\ndata: \(json)\n\n"))
                }
                if case .text(let text) = telling { try await writer.write(ByteBuffer(string: text)) }
                for event in first { try await tell(event) }
                var count = 0
                while true {
                    let (report, next, isTelling) = state.withLock { state in
                        defer { state.next = [] }
                        if case .health = state.telling { return (state.report, state.next, true) }
                        return (state.report, state.next, false)
                    }
                    if isTelling, case .health = telling {
                        count += 1
                        let id = InstanceID(report.instanceId)!
                        try await tell(FleetEvent(id: "fake-\(count)", instance: id, kind: .health(report)))
                        for event in next { try await tell(event) }
                    }
                    try await Task.sleep(for: .milliseconds(50))
                }
            })
    }

    private func record(_ request: Request) {
        state.withLock {
            $0.requestIDs.append(request.headers[CorrelationID.field])
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
