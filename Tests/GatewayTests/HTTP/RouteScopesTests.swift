import AsyncHTTPClient
import Foundation
import Logging
import NIOHTTP1
import Testing

@testable import Gateway

/// Every route of hub and node against every token.
@Suite(.timeLimit(.minutes(2)))
struct RouteScopesTests {
    private static let tokens: [(scope: AccessScope, token: String)] = [
        (.view, "view-view-view"), (.control, "control-control"), (.admin, "admin-admin-admin"),
    ]
    private static let settings = [
        "LOCO_TOKEN": "admin-admin-admin", "LOCO_CONTROL_TOKEN": "control-control", "LOCO_VIEW_TOKEN": "view-view-view",
    ]

    /// The path of a route with something in its parts; only who is let in hears of it.
    private static func example(_ path: String) -> String {
        path.split(separator: "/").map { $0.hasPrefix("{") ? ($0 == "{id}" ? "instance-0" : "nothing-9") : String($0) }
            .reduce("") { $0 + "/" + $1 }
    }

    private static func node(in folder: URL) throws -> Node {
        var environment = settings
        environment["LOCO_NODE_PORT"] = "0"
        environment["LOCO_RUN_DIRECTORY"] = folder.path(percentEncoded: false)
        environment["LOCO_GUEST_DEMO_IMAGE"] = "/dev/null"
        let configuration = LocoConfiguration(try ResolvedConfiguration(environment: environment))
        return try Node(configuration: configuration, logger: Logger(label: "node") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = URL(filePath: "/tmp/loco-scopes-\(UInt32.random(in: .min ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    private static func check(_ routes: [RouteTable.Route]) {
        #expect(routes.count > 10)
        for route in routes where !RouteScopes.reading.contains(route.method) {
            #expect(
                RouteScopes.named["\(route.method) \(route.path)"] != nil,
                "\(route.method) \(route.path) changes something and has no scope: name it in RouteScopes")
        }
    }

    @Test func `every route that changes something has a scope`() async throws {
        try await withHub(settings: Self.settings) { hub in Self.check(hub.hub.http.routes.all) }
        try await Self.withFolder { Self.check(try Self.node(in: $0).http.routes.all) }
    }

    /// Status and error code; the body of a stream that does not end is not waited for.
    private static func ask(
        _ method: String, _ url: String, token: String?, scope: String? = nil
    ) async throws -> (status: Int, code: String?) {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let scope { request.headers.add(name: "Loco-Scope", value: scope) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        guard response.status.code >= 400 else { return (Int(response.status.code), nil) }
        let body = try await response.body.collect(upTo: 1 << 20)
        let json = try? JSON.decode(JSONValue.self, from: Data(body.readableBytesView))
        return (Int(response.status.code), json?["error"]?["code"]?.string)
    }

    private static func tryAll(_ routes: [RouteTable.Route], at base: String, alsoAdmitted: Bool) async throws {
        for route in routes where route.method != "OPTIONS" {
            let url = base + example(route.path)
            let needed = RouteScopes.scope(method: route.method, path: route.path)
            let name = "\(route.method) \(route.path)"
            if !AccessPolicy().openPaths.contains(route.path) {
                #expect(try await ask(route.method, url, token: nil).status == 401, "\(name)")
            }
            for (scope, token) in tokens {
                guard scope >= needed else {
                    let refused = try await ask(route.method, url, token: token)
                    // Nothing but the status comes of HEAD.
                    let code = route.method == "HEAD" ? "forbidden" : refused.code
                    #expect(refused.status == 403 && code == "forbidden", "\(name) with \(scope)")
                    continue
                }
                guard alsoAdmitted else { continue }
                let answer = try await ask(route.method, url, token: token)
                #expect(answer.status != 401 && answer.code != "forbidden", "\(name) with \(scope)")
            }
        }
    }

    @Test func `the hub lets each token do what its scope allows, and nothing else`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node], settings: Self.settings) { hub in
            let routes = hub.hub.http.routes.all
            #expect(routes.contains { $0.path == "/proxy/vnc/{id}" } && routes.contains { $0.path == "/logs" })
            try await Self.tryAll(routes, at: hub.base, alsoAdmitted: true)
            for (scope, token) in Self.tokens {
                let status = try await hub.send(.GET, "/api/status", headers: [("Authorization", "Bearer \(token)")])
                #expect(status.json?["access"]?.string == scope.rawValue)
            }
            // A path can be written in more ways than one.
            for path in ["/logs/", "//logs", "/%6cogs", "/logs?service=hub"] {
                let answer = try await Self.ask("GET", hub.base + path, token: "control-control")
                #expect(answer.status == 403 || answer.status == 404, "\(path)")
            }
        }
    }

    @Test func `a node keeps the same scopes for who comes to it directly, and takes the hub's word`() async throws {
        try await Self.withFolder { folder in
            let node = try Self.node(in: folder)
            try await withRunning([node.http]) { _ in
                let base = "http://127.0.0.1:\(try await node.http.boundPort)"
                // Those that are let in would wake a guest that does not run here.
                try await Self.tryAll(node.http.routes.all, at: base, alsoAdmitted: false)
                for (token, scope, status) in [
                    ("admin-admin-admin", "view", 403), ("admin-admin-admin", "control", 415),
                    ("view-view-view", "admin", 403), ("control-control", nil, 415),
                ] as [(String, String?, Int)] {
                    let answer = try await Self.ask("POST", base + "/input", token: token, scope: scope)
                    #expect(answer.status == status, "\(token) lowered to \(scope ?? "nothing")")
                }
            }
        }
    }

    @Test func `without a token on loopback everybody is admin`() async throws {
        try await withHub { hub in
            let status = try await hub.get("/api/status")
            #expect(status.json?["access"]?.string == "admin")
            #expect(try await hub.get("/logs?service=hub").status == 200)
        }
    }

    @Test func `a page opened with a lesser token keeps that one, not the hub's own`() async throws {
        try await withHub(settings: Self.settings) { hub in
            let answer = try await hub.send(
                .GET, "/api/status?token=view-view-view", headers: [("Authorization", "nothing")])
            let cookie = answer.headers.first(name: "Set-Cookie") ?? ""
            #expect(cookie.hasPrefix("loco_token=view%2Dview%2Dview;"), "\(cookie)")
            let again = try await hub.send(
                .GET, "/api/status", headers: [("Cookie", String(cookie.prefix { $0 != ";" }))])
            #expect(again.json?["access"]?.string == "view")
        }
    }

    @Test func `an unnamed route that changes something would need admin`() {
        #expect(RouteScopes.scope(method: "POST", path: "/new") == .admin)
        #expect(RouteScopes.scope(method: "GET", path: "/new") == .view)
        #expect(RouteScopes.scope(method: "HEAD", path: "/logs") == .admin)
    }
}
