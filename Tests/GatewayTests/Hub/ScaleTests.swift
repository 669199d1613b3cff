import Fleet
import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct ScaleTests {
    private static let json = [("Content-Type", "application/json")]

    @Test func `a fleet gets another size, which is told from and to`() async throws {
        let node = FakeNode()
        let scale: @Sendable (FakeSource, Int) async throws -> Void = { source, replicas in
            source.set((0..<replicas).map { ("instance-\($0)", "http://127.0.0.1:\($0 + 1)") })
        }
        try await withHub(nodes: [node], scale: scale) { hub in
            let more = try await hub.send(.POST, "/api/instances/scale", headers: Self.json, body: #"{"replicas":3}"#)
            #expect(more.status == 200 && more.json == .object(["from": .number(1), "to": .number(3)]))
            guard case .array(let list)? = try await hub.get("/api/instances").json else {
                Issue.record("no list")
                return
            }
            #expect(list.count == 3)
        }
    }

    @Test func `who watches an instance that goes is told why, by signaling and by events`() async throws {
        let nodes = [FakeNode(), FakeNode()]
        let scale: @Sendable (FakeSource, Int) async throws -> Void = { source, _ in
            let kept = try await nodes[0].service.boundPort
            source.set([("instance-0", "http://127.0.0.1:\(kept)")])
            // The node ends after its instance was taken away.
            for socket in nodes[1].state.withLock({ $0.sockets }) { socket.close(code: 1001) }
        }
        try await withHub(nodes: nodes, scale: scale) { hub in
            try await hub.withEvents { events in
                let socket = try await hub.signal()
                for id in ["instance-0", "instance-1"] {
                    try await socket.write(
                        RawSocket.text(#"{"type":"signal","target":"\#(id)","data":{"type":"offer","sdp":"v=0"}}"#))
                    #expect(try await socket.readJSON()?["source"]?.string == id)
                }
                let answer = try await hub.send(
                    .POST, "/api/instances/scale", headers: Self.json, body: #"{"replicas":1}"#)
                #expect(answer.json == .object(["from": .number(2), "to": .number(1)]))
                let told = try await socket.readJSON()
                #expect(told?["code"]?.string == "target-gone" && told?["target"]?.string == "instance-1")
                #expect(told?["message"]?.string?.contains("scaled from 2 to 1") == true)
                try await eventually("its end is told") {
                    events.events.contains { event in
                        guard case .instance(let news) = event.kind else { return false }
                        return news.phase == .gone && news.message.contains("scaled from 2 to 1")
                    }
                }
                #expect(events.stages(of: "instance-0").contains(.gone) == false)
            }
        }
    }

    @Test(arguments: [
        (#"{"replicas":-1}"#, 400, "bad-request"), (#"{"replicas":5000}"#, 400, "bad-request"),
        (#"{"replicas":"two"}"#, 400, "bad-json"), (#"{}"#, 400, "bad-json"), (#"{"replicas":2}"#, 409, "not-scalable"),
    ])
    func `what cannot be is refused`(_ body: String, _ status: Int, _ code: String) async throws {
        try await withHub { hub in
            let answer = try await hub.send(.POST, "/api/instances/scale", headers: Self.json, body: body)
            #expect(answer.status == status && answer.code == code, "\(answer.text)")
        }
    }

    @Test func `a source that fails is told by its reason`() async throws {
        let scale: @Sendable (FakeSource, Int) async throws -> Void = { _, _ in
            throw ScaleError.incomplete(reached: 1, problems: ["beta is unreachable: no answer"])
        }
        try await withHub(scale: scale) { hub in
            let answer = try await hub.send(.POST, "/api/instances/scale", headers: Self.json, body: #"{"replicas":2}"#)
            #expect(answer.status == 502 && answer.code == "not-scaled" && answer.text.contains("beta is unreachable"))
        }
    }
}
