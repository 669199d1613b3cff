import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct HubRoutesTests {
    @Test func `a hub without instances is ready, healthy and says so everywhere`() async throws {
        try await withHub { hub in
            #expect(try await hub.get("/health").json?["status"]?.string == "healthy")
            #expect(try await hub.get("/ready").json?["ready"]?.bool == true)
            #expect(try await hub.get("/api/instances").text == "[]")
            #expect(try await hub.get("/api/quality/deep-health").text == "{}")
            #expect(try await hub.get("/version").json?["role"]?.string == "hub")
            let status = try await hub.get("/api/status").json
            #expect(status?["instances"]?["total"]?.number == 0)
            #expect(try await hub.get("/api/config/webrtc").text == #"{"iceServers":[],"iceTransportPolicy":"all"}"#)
        }
    }

    @Test func `an instance has the fields that clients know, with its measured status`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            try await eventually("it is ready") {
                try await hub.get("/api/instances/instance-0").json?["status"]?.string == "ready"
            }
            guard case .object(let fields)? = try await hub.get("/api/instances/instance-0").json else {
                Issue.record("no object")
                return
            }
            let known: Set = [
                "id", "name", "description", "podName", "podIP", "streamUrl", "vncUrl", "healthUrl", "provisioned",
                "ready", "status", "discoveredAt", "kubernetes",
            ]
            #expect(known.isSubset(of: fields.keys))
            #expect(fields["ready"] == .bool(true) && fields["kubernetes"] == .null)
            node.state.withLock { $0.report = .fake(.degraded, ["slow"]) }
            try await eventually("it is degraded") {
                try await hub.get("/api/instances/instance-0").json?["status"]?.string == "degraded"
            }
        }
    }

    @Test func `a node that reports itself unhealthy is in error, not unreachable`() async throws {
        let node = FakeNode()
        node.state.withLock { $0.report = .fake(.unhealthy, ["qemu is dead"]) }
        try await withHub(nodes: [node]) { hub in
            try await eventually("it is in error") {
                try await hub.get("/api/instances/instance-0").json?["status"]?.string == "error"
            }
            let report = try await hub.get("/api/quality/deep-health/instance-0").json
            #expect(report?["errors"] == .array(["qemu is dead"]))
            #expect(report?["reportAge"]?.number != nil)
        }
    }

    @Test func `a node that is down gives 502, one that is slow 504, and both show in the reports`() async throws {
        let slow = FakeNode()
        slow.state.withLock { ($0.healthDelay, $0.telling) = (.seconds(60), .noAnswer) }
        try await withHub(nodes: [slow]) { hub in
            // Port 1 of loopback refuses.
            hub.provider.set([("instance-0", "http://127.0.0.1:1"), ("instance-1", nil)])
            try await hub.hub.registry.refresh()
            let down = try await hub.get("/api/instances/instance-0/snapshot.jpg")
            #expect(down.status == 502 && down.code == "node-unavailable")
            #expect(
                down.json?["error"]?["message"]?.string
                    == "the node of instance-0 does not answer: Connection refused")
            #expect(try await hub.get("/api/instances/instance-1/snapshot.jpg").status == 502)
            try await eventually("the refusal is noticed") {
                try await hub.get("/api/quality/deep-health/instance-0").json?["failureType"]?.string == "qemu"
            }
            hub.provider.set([("instance-0", "http://127.0.0.1:\(try await slow.service.boundPort)")])
            try await hub.hub.registry.refresh()
            let late = try await hub.get("/api/instances/instance-0/health")
            #expect(late.status == 504 && late.code == "node-unavailable")
            let report = try await hub.get("/api/quality/deep-health/instance-0").json
            #expect(report?["failureType"]?.string == "qemu" && report?["overallStatus"]?.string == "unhealthy")
        }
    }

    @Test func `a session is made, trickled to and ended through the hub`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            let made = try await hub.send(
                .POST, "/api/instances/instance-0/whep",
                headers: [("Content-Type", "application/sdp"), ("Cookie", "secret=1")], body: "v=0")
            #expect(made.status == 201 && made.text == "answer to 3")
            let location = made.headers.first(name: "Location")
            #expect(location == "/api/instances/instance-0/whep/session-1")
            #expect(made.headers.first(name: "ETag") == "\"1\"")
            let patched = try await hub.send(
                .PATCH, location!, headers: [("Content-Type", "application/trickle-ice-sdpfrag")], body: "a=x")
            #expect(patched.status == 204)
            #expect(try await hub.send(.DELETE, location!).status == 204)
            let requests = node.state.withLock { $0.requests.filter { $0.contains("whep") } }
            #expect(requests == ["POST /whep", "PATCH /whep/session-1", "DELETE /whep/session-1"])
            #expect(node.state.withLock { $0.cookies }.allSatisfy { $0 == nil })
        }
    }

    @Test func `of an offer's query the rendition and the access alone reach the node`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            let whep = "/api/instances/instance-0/whep"
            let sdp = [("Content-Type", "application/sdp")]
            for query in ["?rendition=tile", "?x=1&rendition=wall-2&token=secret&access=view", "?x=1"] {
                #expect(try await hub.send(.POST, whep + query, headers: sdp, body: "v=0").status == 201)
            }
            for bad in ["", "Tile", "a%20b", "a%26token%3Dx", "..", String(repeating: "a", count: 33)] {
                let refused = try await hub.send(.POST, "\(whep)?rendition=\(bad)", headers: sdp, body: "v=0")
                #expect(refused.status == 400 && refused.code == "unknown-rendition", "\(bad)")
            }
            let requests = node.state.withLock { $0.requests.filter { $0.hasPrefix("POST") } }
            #expect(requests == ["POST /whep?rendition=tile", "POST /whep?rendition=wall-2&access=view", "POST /whep"])
            let refused = try await hub.send(.POST, "\(whep)?access=admin", headers: sdp, body: "v=0")
            #expect(refused.status == 400)
        }
    }

    @Test(arguments: [
        ("/whep/abc", "/api/instances/i/whep/abc"), ("http://10.0.0.1:9/whep/abc", "/api/instances/i/whep/abc"),
        ("https://evil.example/", nil), ("/../whep/x", nil), ("/whep/../../x", nil),
        ("//evil.example/whep/x", "/api/instances/i/whep/x"),
    ])
    func `a node's Location leads to the hub or nowhere`(given: String, expected: String?) {
        #expect(NodeProxy.location(given, instance: "i") == expected)
    }

    @Test func `what a client may not send is answered with the fitting error`() async throws {
        try await withHub(nodes: [FakeNode()]) { hub in
            let whep = "/api/instances/instance-0/whep"
            let big = String(repeating: "x", count: NodeProxy.maxDescription + 1)
            let sdp = [("Content-Type", "application/sdp")]
            let json = [("Content-Type", "application/json")]
            let cases: [(HubFixture.Answer, Int, String)] = [
                (try await hub.send(.POST, whep, headers: sdp, body: big), 413, "too-large"),
                (try await hub.send(.POST, whep, headers: json, body: "{}"), 415, "unsupported-media-type"),
                (try await hub.send(.POST, whep), 415, "unsupported-media-type"),
                (try await hub.get(whep), 405, "method-not-allowed"),
                (try await hub.send(.PUT, "/api/instances"), 405, "method-not-allowed"),
                (try await hub.get("/nothing/here"), 404, "not-found"),
                (try await hub.get("/api/instances/instance-9"), 404, "unknown-instance"),
                (try await hub.get("/api/quality/deep-health/instance-9"), 404, "unknown-instance"),
                (
                    try await hub.send(.POST, "/api/instances/instance-9/whep", headers: sdp, body: "v=0"), 404,
                    "unknown-instance"
                ),
                (try await hub.send(.DELETE, whep + "/..%2F..%2Finput"), 404, "not-found"),
                (
                    try await hub.send(.POST, "/api/instances/refresh", headers: [("Origin", "http://evil.example")]),
                    403, "origin-refused"
                ),
                (try await hub.send(.GET, "/api/instances", headers: [("Host", "evil.example")]), 403, "host-refused"),
            ]
            for (answer, status, code) in cases {
                #expect(answer.status == status && answer.code == code, "\(answer)")
                #expect(answer.headers.first(name: "Content-Type") == "application/json; charset=utf-8")
                #expect(answer.headers.first(name: "X-Request-Id") != nil)
            }
            #expect(try await hub.get(whep).headers.first(name: "Allow") == "OPTIONS, POST")
        }
    }

    @Test func `discovery tells what failed and keeps what was known`() async throws {
        try await withHub { hub in
            hub.provider.set([("instance-10", nil), ("instance-2", nil)])
            let refreshed = try await hub.send(.POST, "/api/instances/refresh").json
            #expect(refreshed?["instanceCount"]?.number == 2)
            guard case .array(let list)? = refreshed?["instances"] else {
                Issue.record("no list")
                return
            }
            #expect(list.map { $0["id"]?.string } == ["instance-2", "instance-10"])
            #expect(list.map { $0["status"]?.string } == ["booting", "booting"])
            hub.provider.breakDown()
            let failed = try await hub.send(.POST, "/api/instances/refresh")
            #expect(failed.status == 502 && failed.code == "discovery-failed")
            let info = try await hub.get("/api/instances/discovery-info").json
            #expect(info?["lastError"]?.string == "the file is gone")
            #expect(info?["kubernetesDiscovery"]?["cachedInstancesCount"]?.number == 2)
        }
    }

    @Test func `with a token everything but liveness needs it, and nodes get the hub's`() async throws {
        let node = FakeNode()
        let token = "correct-horse-battery"
        try await withHub(nodes: [node], token: token) { hub in
            for path in ["/health", "/ready", "/version"] { #expect(try await hub.get(path).status == 200) }
            let refused = try await hub.get("/api/instances")
            #expect(refused.status == 401 && refused.code == "unauthorized")
            #expect(refused.headers.first(name: "WWW-Authenticate") == "Bearer")
            #expect(
                try await hub.send(.GET, "/api/instances", headers: [("Authorization", "Bearer wrong")]).status == 401)
            let bearer = [("Authorization", "Bearer \(token)")]
            #expect(try await hub.send(.GET, "/api/instances", headers: bearer).status == 200)
            #expect(
                try await hub.send(.GET, "/api/instances", headers: [("Cookie", "loco_token=\(token)")]).status == 200)
            try await eventually("the node was asked") { node.state.withLock { !$0.authorizations.isEmpty } }
            #expect(node.state.withLock { $0.authorizations }.allSatisfy { $0 == "Bearer \(token)" })
        }
    }

    @Test func `a page opened with a token is sent on without it, with a cookie no script can read`() async throws {
        let token = "correct-horse-battery"
        try await withHub(token: token) { hub in
            let socket = try RawSocket(port: hub.port)
            try await socket.write("GET /?x=1&token=\(token) HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n")
            let response = try await socket.readResponse()
            #expect(response.status == 303 && response.headers["location"] == "/?x=1")
            let cookie = response.headers["set-cookie"] ?? ""
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        }
    }

    @Test func `a player of an allowed origin gets CORS, another does not`() async throws {
        try await withHub(nodes: [FakeNode()]) { hub in
            let own = "http://127.0.0.1:\(hub.port)"
            let preflight = try await hub.send(
                .OPTIONS, "/api/instances/instance-0/whep",
                headers: [("Origin", own), ("Access-Control-Request-Method", "POST")])
            #expect(preflight.status == 204)
            #expect(preflight.headers.first(name: "Access-Control-Allow-Origin") == own)
            let made = try await hub.send(
                .POST, "/api/instances/instance-0/whep",
                headers: [("Origin", own), ("Content-Type", "application/sdp")],
                body: "v=0")
            #expect(made.headers.first(name: "Access-Control-Expose-Headers")?.contains("Location") == true)
            let other = try await hub.send(
                .OPTIONS, "/api/instances/instance-0/whep",
                headers: [("Origin", "http://evil.example"), ("Access-Control-Request-Method", "POST")])
            #expect(other.headers.first(name: "Access-Control-Allow-Origin") == nil)
        }
    }
}
