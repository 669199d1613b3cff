import HTTPTypes
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Decides what becomes of an upgrade request. One that is refused goes on as an ordinary request, whose answer
/// (401, 403, 404, 426) the router makes by the same rules; so the two must not disagree.
struct WebSocketUpgradePolicy: Sendable {
    /// An upgrade that was granted.
    struct Grant: Sendable {
        let route: WebSocketRoute
        let info: RequestInfo
    }

    let routes: [(pattern: PathPattern, route: WebSocketRoute)]
    let access: AccessPolicy

    init(routes: [WebSocketRoute], access: AccessPolicy) {
        self.routes = routes.map { (PathPattern($0.path), $0) }
        self.access = access
    }

    /// The first of the subprotocols a client offers that the route speaks; `nil` for none.
    static func subprotocol(_ head: HTTPRequestHead, of route: WebSocketRoute) -> String? {
        head.headers[canonicalForm: "sec-websocket-protocol"].lazy.map(String.init).first(
            where: route.subprotocols.contains)
    }

    /// The route to serve the socket, or `nil` when the request is to be answered as HTTP.
    func grant(_ head: HTTPRequestHead, remoteAddress: String?) -> Grant? {
        guard head.method == .GET, head.version.major == 1, head.version.minor >= 1,
            head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }),
            head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }),
            Self.handshakeProblem(HTTPFields(head.headers, splitCookie: false)) == nil
        else { return nil }
        let target = RequestTarget(head.uri)
        for (pattern, route) in routes {
            guard let parameters = pattern.match(target.path) else { continue }
            let fields = HTTPFields(head.headers, splitCookie: false)
            let authority = head.headers["host"].first
            guard
                let admission = try? access.authorize(
                    path: target.path, queryToken: target.token, headers: fields),
                admission.scope >= RouteScopes.scope(method: "GET", path: route.path),
                access.allowsOrigin(fields, authority: authority), access.allowsHost(authority)
            else { return nil }
            return Grant(
                route: route,
                info: RequestInfo(
                    path: target.path, parameters: parameters, query: target.query, headers: fields,
                    scope: admission.scope, remoteAddress: remoteAddress))
        }
        return nil
    }

    /// What is wrong with the handshake's own header fields, `nil` when nothing is.
    static func handshakeProblem(_ headers: HTTPFields) -> String? {
        guard headers[values: .secWebSocketKey].count == 1 else { return "one Sec-WebSocket-Key is required" }
        guard headers[values: .secWebSocketVersion] == ["13"] else { return "Sec-WebSocket-Version must be 13" }
        return nil
    }
}
