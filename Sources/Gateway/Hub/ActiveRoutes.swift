import Fleet
import Foundation
import Hummingbird

/// `/api/active` and `WS /active`: which instances are in focus.
struct ActiveRoutes: Sendable {
    /// Nine ids of the longest kind take a tenth of it.
    private static let limit = 8 * 1024

    let selection: ActiveSelection

    func add(to routes: HTTPService.Routes) {
        routes.get("/api/active") { _, _ in Response.json(await selection.state()) }
        routes.post("/api/active") { request, context in
            let body = try await request.body(contentType: "application/json", limit: Self.limit)
            guard case .select(let ids) = try ActiveChange.read(Data(body.readableBytesView)) else {
                throw APIError.badRequest("buttons belong to the socket /active: send {\"ids\":[\"instance-0\"]}")
            }
            try await selection.select(ids)
            return Response.json(await selection.state())
        }
    }

    /// The socket.
    var route: WebSocketRoute {
        var limits = WebSocketLimits()
        limits.maxMessageBytes = Self.limit
        return WebSocketRoute(path: "/active", limits: limits) { socket, request in
            await ActiveSession(socket: socket, selection: selection, scope: request.scope).serve()
        }
    }
}

extension ActiveChange {
    /// Reads a message.
    /// - Throws: ``APIError`` 400.
    static func read(_ data: Data) throws(APIError) -> ActiveChange {
        do { return try ActiveChange(json: data) } catch { throw APIError.badRequest(error.description) }
    }
}
