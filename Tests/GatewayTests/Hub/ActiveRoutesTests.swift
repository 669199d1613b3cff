import Fleet
import Foundation
import Logging
import Synchronization
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct ActiveRoutesTests {
    private static let quiet = Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() }

    private func withThree(_ body: @Sendable (HubFixture) async throws -> Void) async throws {
        try await withHub(nodes: [FakeNode(), FakeNode(), FakeNode()], body)
    }

    @Test func `the set is given, changed in each of its forms, and given back as it is then`() async throws {
        try await withThree { hub in
            let empty = #"{"active":[],"missing":[],"pauseUnfocused":false}"#
            #expect(try await hub.get("/api/active").text == empty)
            let two = #"{"active":["instance-2","instance-0"],"missing":[],"pauseUnfocused":false}"#
            #expect(try await hub.activate(#"{"ids":["instance-2","instance-0","instance-2"]}"#).text == two)
            #expect(try await hub.get("/api/active").text == two)
            #expect(try await hub.activate(#"{"id":null}"#).text == empty)
            for body in [#"{"id":"instance-1"}"#, #"{"active":["instance-1"]}"#] {
                #expect(try await hub.activate(body).json?["active"] == .array(["instance-1"]))
                _ = try await hub.activate(#"{"ids":[]}"#)
            }
        }
    }

    @Test(arguments: [
        ("nonsense", 400, "bad-request"), (#"{"ids":[7]}"#, 400, "bad-request"), (#"{"x":1}"#, 400, "bad-request"),
        (#"{"button":"left","action":"press"}"#, 400, "bad-request"),
        (#"{"ids":["instance-0","instance-7"]}"#, 404, "unknown-instance"),
        (#"{"id":"../../etc/passwd"}"#, 404, "unknown-instance"),
    ])
    func `what is wrong is refused and changes nothing`(body: String, status: Int, code: String) async throws {
        try await withThree { hub in
            _ = try await hub.activate(#"{"id":"instance-1"}"#)
            let answer = try await hub.activate(body)
            #expect(answer.status == status && answer.code == code, "\(answer.text)")
            #expect(try await hub.get("/api/active").json?["active"] == .array(["instance-1"]))
        }
    }

    @Test func `ten instances are too many, and other sites' pages and strangers are kept out`() async throws {
        try await withHub(nodes: [], token: "a-long-secret") { hub in
            hub.provider.set((0..<10).map { ("instance-\($0)", nil) })
            let bearer = [("Authorization", "Bearer a-long-secret"), ("Content-Type", "application/json")]
            try await eventually("all are known") { await hub.hub.registry.all().count == 10 }
            let ids = (0..<10).map { "\"instance-\($0)\"" }.joined(separator: ",")
            let answer = try await hub.send(.POST, "/api/active", headers: bearer, body: "{\"ids\":[\(ids)]}")
            #expect(answer.status == 400 && answer.code == "too-many-active")
            #expect(try await hub.activate(#"{"id":null}"#).status == 401)
            let foreign = bearer + [("Origin", "https://elsewhere.example")]
            #expect(try await hub.send(.POST, "/api/active", headers: foreign, body: #"{"id":null}"#).status == 403)
            for extra in ["", "Authorization: Bearer a-long-secret\r\nOrigin: https://elsewhere.example\r\n"] {
                let socket = try RawSocket(port: hub.port)
                try await socket.write(RawSocket.upgradeRequest("/active", extra: extra))
                #expect(try await socket.readResponse().status == (extra.isEmpty ? 401 : 403))
            }
        }
    }

    @Test func `a socket is told the set at once and every change of it, its own too`() async throws {
        try await withThree { hub in
            _ = try await hub.activate(#"{"id":"instance-1"}"#)
            let (socket, first) = try await hub.active()
            #expect(first == .object(["active": .array(["instance-1"])]))
            let (other, _) = try await hub.active()
            for (message, expected) in [
                (#"{"ids":["instance-0","instance-2"]}"#, ["instance-0", "instance-2"]), (#"{"id":null}"#, []),
                // Set already: who asks is told so, the others need not be.
                (#"{"id":null}"#, []), (#"{"id":"instance-2"}"#, ["instance-2"]),
            ] as [(String, [String])] {
                #expect(
                    try await socket.ask(message) == .object(["active": .array(expected.map { JSONValue.string($0) })]))
            }
            for expected in [["instance-0", "instance-2"], [], ["instance-2"]] {
                #expect(try await other.readJSON()?["active"] == .array(expected.map { JSONValue.string($0) }))
            }
        }
    }

    @Test(arguments: [
        ("nonsense", "bad-request"), (#"{"id":"instance-9"}"#, "unknown-instance"),
        (#"{"button":"left","action":"kick"}"#, "bad-request"),
    ])
    func `a socket that says something wrong is told so and stays open`(message: String, code: String) async throws {
        try await withThree { hub in
            let (socket, _) = try await hub.active()
            let answer = try await socket.ask(message)
            #expect(answer?["type"]?.string == "error" && answer?["code"]?.string == code)
            #expect(answer?["message"]?.string?.isEmpty == false)
            #expect(try await socket.ask(#"{"id":"instance-0"}"#)?["active"] == .array(["instance-0"]))
        }
    }

    @Test func `a message of 8 KiB closes the socket, and a flood is dropped with one notice`() async throws {
        try await withThree { hub in
            let (large, _) = try await hub.active()
            try await large.write(RawSocket.text(#"{"ids":["\#(String(repeating: "x", count: 9000))"]}"#))
            #expect(try await large.readCloseCode() == 1009)
            let (flood, _) = try await hub.active()
            let step = RawSocket.text(#"{"button":"right","action":"press"}"#)
            try await flood.write((0..<1500).reduce(into: Data()) { data, _ in data += step })
            var notices = 0
            while let answer = try await flood.readJSON() {
                if answer["code"]?.string == "rate-limited" { notices += 1 }
                if notices > 0 { break }
            }
            #expect(notices == 1)
            #expect(try await hub.get("/api/active").status == 200)
        }
    }

    @Test func `a brick steps, selects with its centre, and clears by holding it; each brick has its own place`()
        async throws
    {
        try await withThree { hub in
            let (brick, _) = try await hub.active()
            let (second, _) = try await hub.active()
            func press(_ socket: RawSocket, _ button: String, _ action: String = "press") async throws -> JSONValue? {
                try await socket.write(RawSocket.text(#"{"button":"\#(button)","action":"\#(action)"}"#))
                while let message = try await socket.readJSON() { if message["cursor"] != nil { return message } }
                return nil
            }
            #expect(try await press(brick, "right")?["cursor"] == "instance-0")
            #expect(try await press(brick, "right")?["cursor"] == "instance-1")
            #expect(try await press(brick, "right", "hold")?["cursor"] == "instance-1")
            #expect(try await hub.get("/api/active").json?["active"] == .array([]), "a step selects nothing")
            let chosen = try await press(brick, "center")
            #expect(chosen == .object(["active": .array(["instance-1"]), "cursor": "instance-1"]))
            #expect(try await press(second, "left")?["cursor"] == "instance-0", "from the active one")
            #expect(try await press(second, "left")?["cursor"] == "instance-2")
            #expect(try await press(second, "center")?["active"] == .array(["instance-2"]))
            #expect(try await press(brick, "left")?["cursor"] == "instance-0", "where this brick left off")
            #expect(
                try await press(brick, "center", "hold") == .object(["active": .array([]), "cursor": "instance-0"]))
        }
    }

    @Test func `a brick that selects before it has stepped selects the first; without instances it is told why not`()
        async throws
    {
        try await withThree { hub in
            let (brick, _) = try await hub.active()
            try await brick.write(RawSocket.text(#"{"button":"center","action":"press"}"#))
            var seen: [JSONValue] = []
            for _ in 0..<2 { if let message = try await brick.readJSON() { seen.append(message) } }
            #expect(seen.contains(.object(["active": .array(["instance-0"]), "cursor": "instance-0"])))
            hub.provider.set([])
            try await eventually("they are gone") { await hub.hub.registry.all().isEmpty }
            #expect(try await brick.ask(#"{"button":"center","action":"press"}"#)?["code"]?.string == "no-instances")
        }
    }

    @Test func `one that is taken away stays in the set, is reported missing, and may be set again`() async throws {
        try await withThree { hub in
            _ = try await hub.activate(#"{"ids":["instance-2","instance-0"]}"#)
            hub.provider.set([("instance-0", nil)])
            try await eventually("it is gone") { await hub.hub.registry.all().count == 1 }
            let state = try await hub.get("/api/active").json
            #expect(state?["active"] == .array(["instance-2", "instance-0"]))
            #expect(state?["missing"] == .array(["instance-2"]))
            #expect(try await hub.activate(#"{"ids":["instance-2"]}"#).status == 200)
            _ = try await hub.activate(#"{"id":"instance-0"}"#)
            #expect(try await hub.activate(#"{"ids":["instance-2"]}"#).status == 404, "it is out of the set now")
        }
    }

    @Test func `twenty sockets follow a POST within 200 ms, and one that does not read holds up nobody`() async throws {
        try await withThree { hub in
            var sockets: [RawSocket] = []
            for _ in 0..<20 { sockets.append(try await hub.active().socket) }
            let sleeper = try await hub.active().socket
            var worst = Duration.zero
            for round in 0..<20 {
                let id = "instance-\(round % 3)"
                let began = ContinuousClock.now
                let told = try await withThrowingTaskGroup(of: Duration.self) { group in
                    for socket in sockets {
                        group.addTask {
                            let message = try await socket.readJSON()
                            #expect(message?["active"] == .array([.string(id)]))
                            return ContinuousClock.now - began
                        }
                    }
                    #expect(try await hub.activate(#"{"id":"\#(id)"}"#).status == 200)
                    return try await group.reduce(Duration.zero) { max($0, $1) }
                }
                worst = max(worst, told)
            }
            print("the last of twenty sockets was told after at most", worst)
            #expect(worst < .milliseconds(200))
            withExtendedLifetime(sleeper) {}
        }
    }

    @Test func `a hub that starts again knows the set, as does its page`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("active-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = ActiveSetStore(path: folder.path + "/active.json")
        try await withHub(nodes: [FakeNode(), FakeNode()], active: ActiveSet(store: store, logger: Self.quiet)) { hub in
            let answer = try await hub.activate(#"{"ids":["instance-1","instance-0"]}"#)
            #expect(answer.status == 200)
        }
        let node = FakeNode()
        try await withHub(nodes: [node, FakeNode()], active: ActiveSet(store: store, logger: Self.quiet)) { hub in
            #expect(try await hub.active().first?["active"] == .array(["instance-1", "instance-0"]))
            try await eventually("the node is told") { node.wish?.focused == true }
        }
    }

    @Test func `the set is measured`() async throws {
        try await withThree { hub in
            _ = try await hub.activate(#"{"id":"instance-1"}"#)
            let page = try await hub.get("/metrics").text
            #expect(page.contains("loco_active_instances 1\n"))
            #expect(page.contains(#"loco_instance_focused{instance="instance-0"} 0"#))
            #expect(page.contains(#"loco_instance_focused{instance="instance-1"} 1"#))
        }
    }
}
