import HTTPTypes
import Hummingbird
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct RequestIDTests {
    @Test func `an id of its own is as valid as a client's`() {
        for _ in 0..<100 {
            let id = CorrelationID.make()
            #expect(CorrelationID.given(in: [CorrelationID.field: id]) == id)
        }
    }

    @Test(arguments: [
        ("12345678", true), ("abc_DEF-123", true), (String(repeating: "a", count: 64), true), ("1234567", false),
        (String(repeating: "a", count: 65), false), ("abcdefgh ijk", false), ("abcdefgh\"", false),
        ("äöüäöüäöü", false),
    ])
    func `a request keeps the id that it brings when it can be logged`(id: String, isTaken: Bool) async throws {
        try await withHub(nodes: [FakeNode()]) { hub in
            let answer = try await hub.send(.GET, "/version", headers: [("X-Request-Id", id)])
            let given = answer.headers.first(name: "X-Request-Id")
            #expect(given != nil && (given == id) == isTaken)
        }
    }

    @Test func `one id reaches the node with a request that is passed on, and with a signaling socket`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            let answer = try await hub.send(
                .POST, "/api/instances/instance-0/input",
                headers: [("Content-Type", "application/json"), ("X-Request-Id", "click-0001")], body: "{}")
            #expect(answer.headers.first(name: "X-Request-Id") == "click-0001")
            #expect(node.state.withLock { $0.requestIDs.contains("click-0001") })
            let made = try await hub.get("/api/instances/instance-0/snapshot.jpg").headers.first(name: "X-Request-Id")
            #expect(node.state.withLock { $0.requestIDs.contains(made) })

            let socket = try RawSocket(port: hub.port)
            try await socket.upgrade("/signal", extra: "X-Request-Id: page-load-7\r\n")
            _ = try await socket.ask(#"{"type":"register"}"#)
            _ = try await socket.ask(
                #"{"type":"signal","target":"instance-0","data":{"type":"offer","sdp":"v=0"}}"#)
            #expect(node.state.withLock { $0.socketIDs } == ["page-load-7"])
        }
    }
}
