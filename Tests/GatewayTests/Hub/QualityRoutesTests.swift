import Fleet
import Foundation
import Probe
import Synchronization
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct QualityRoutesTests {
    private static func ready(_ hub: HubFixture) async throws {
        try await eventually("its node reports") {
            try await hub.get("/api/instances/instance-0").json?["node"]?["reachable"]?.bool == true
        }
    }

    @Test func `metrics have the fields that clients know, each measured or null`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            try await Self.ready(hub)
            let alone = try await hub.get("/api/quality/metrics/instance-0").json
            #expect(
                alone?["availability"]
                    == .object([
                        "vnc": .null, "stream": .bool(true), "audio": .bool(true), "controls": .bool(true),
                    ]))
            let quality = alone?["quality"]
            #expect(quality?["videoFrameRate"] == .number(30) && quality?["audioLevel"] == .number(0.25))
            #expect(quality?["audioQuality"] == "excellent" && quality?["controlsResponsive"] == .bool(true))
            #expect(quality?["packetLoss"] == .null && quality?["jitter"] == .null)
            let latency = quality?["connectionLatency"]?.number
            #expect(latency.map { (0.01..<1000).contains($0) } == true)
            #expect(alone?["errors"] == .array([]) && alone?["reportAge"]?.number != nil)

            node.state.withLock {
                $0.viewers = .array([
                    .object(["loss": .number(0.02), "jitter": .number(4)]), .object(["loss": .number(0.04)]),
                    .object(["loss": .null]),
                ])
            }
            try await eventually("the viewers' reports are seen") {
                let all = try await hub.get("/api/quality/metrics").json?["instance-0"]?["quality"]
                return all?["packetLoss"] == .number(3) && all?["jitter"] == .number(4)
            }
        }
    }

    @Test func `however many ask, a node is asked once a second`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            try await Self.ready(hub)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await hub.get("/api/quality/metrics") } }
                try await group.waitForAll()
            }
            #expect(node.state.withLock { $0.requests.count { $0 == "GET /viewers" } } <= 2)
        }
    }

    @Test func `a node that does not report has no figures, and the summary counts it so`() async throws {
        try await withHub(nodes: [FakeNode()]) { hub in
            try await Self.ready(hub)
            let url = await hub.hub.registry.find("instance-0")?.streamUrl
            hub.provider.set([("instance-0", url), ("instance-1", "http://127.0.0.1:1")])
            try await eventually("the refusal shows") {
                try await hub.get("/api/instances/instance-1").json?["node"]?["failure"]?.string == "refused"
            }
            let dead = try await hub.get("/api/quality/metrics/instance-1").json
            guard case .object(let quality)? = dead?["quality"] else {
                Issue.record("no quality")
                return
            }
            #expect(quality.count == 7 && quality.values.allSatisfy { $0 == .null })
            #expect(dead?["errors"] == .array(["the node does not run although its host answers"]))
            let summary = try await hub.get("/api/quality/summary").json
            #expect(summary?["total"] == .number(2) && summary?["available"] == .number(1))
            #expect(summary?["availabilityPercent"] == .number(50))
            let latency = summary?["averageLatency"]?.number
            #expect(latency != nil)
            #expect(
                summary?["qualityDistribution"]
                    == .object([
                        "excellent": .number(1), "good": .number(0), "fair": .number(0), "poor": .number(0),
                        "error": .number(0), "unknown": .number(1),
                    ]))
        }
        try await withHub { hub in
            let summary = try await hub.get("/api/quality/summary").json
            #expect(summary?["availabilityPercent"] == .null && summary?["averageLatency"] == .null)
        }
    }

    @Test(
        arguments: [
            (#"{}"#, nil), (#"{"pulse_running":null,"estimated_level":0.5}"#, nil),
            (#"{"pulse_running":false,"estimated_level":0.5}"#, .error),
            (#"{"pulse_running":true,"estimated_level":null}"#, .poor),
            (#"{"pulse_running":true,"estimated_level":0,"guest_stream":"absent"}"#, .poor),
            (#"{"pulse_running":true,"estimated_level":0}"#, .good),
            (#"{"pulse_running":true,"estimated_level":0.2,"silent":true}"#, .good),
            (#"{"pulse_running":true,"estimated_level":0.2,"peak_db":-0.05}"#, .fair),
            (#"{"pulse_running":true,"estimated_level":0.2,"peak_db":-12,"guest_stream":"running"}"#, .excellent),
        ] as [(String, AudioQuality?)])
    func `the sound's word follows from what was measured of it`(json: String, expected: AudioQuality?) throws {
        #expect(AudioQuality(try JSON.decode(JSONValue.self, from: Data(json.utf8))) == expected)
    }

    @Test func `a wish to recover goes to the node that reports, and its answer comes back`() async throws {
        let node = FakeNode()
        node.state.withLock {
            $0.answers["/recover"] = (409, .object(["error": .object(["code": "not-needed", "message": "well"])]))
            $0.answers["/recovery"] = (
                200,
                .object([
                    "attempts": .number(2), "maxAttempts": .number(3), "canRecover": .bool(true),
                    "isRecovering": .bool(false), "nextAttemptAt": .null, "history": .array([]),
                ])
            )
        }
        try await withHub(nodes: [node]) { hub in
            try await Self.ready(hub)
            let path = "/api/quality/recover/instance-0"
            let refused = try await hub.send(
                .POST, path, headers: [("Content-Type", "application/json"), ("X-Request-Id", "wish-0001")], body: "{}")
            #expect(refused.status == 409 && refused.code == "not-needed")
            #expect(node.state.withLock { $0.requestIDs.last } == "wish-0001")
            node.state.withLock { $0.answers["/recover"] = (202, .object(["recovery": .object([:])])) }
            let json = [("Content-Type", "application/json")]
            #expect(try await hub.send(.POST, path).status == 202)
            let body = #"{"forceRecovery":true,"strategy":"sound"}"#
            #expect(try await hub.send(.POST, path, headers: json, body: body).status == 202)
            #expect(
                node.state.withLock { $0.bodies } == [
                    #"{"forceRecovery":false}"#, #"{"forceRecovery":false}"#, body,
                ])
            #expect(try await hub.send(.POST, path, headers: json, body: #"{"strategy":"dice"}"#).status == 400)
            #expect(
                try await hub.send(.POST, path, headers: [("Content-Type", "text/plain")], body: "x").status == 415)
            #expect(try await hub.send(.POST, "/api/quality/recover/instance-9").code == "unknown-instance")
            let status = try await hub.get("/api/quality/recovery-status").json?["instance-0"]
            #expect(status?["attempts"] == .number(2) && status?["maxAttempts"] == .number(3))
        }
    }

    @Test func `a node that does not report cannot be mended by a hub that does not own it`() async throws {
        try await withHub { hub in
            hub.provider.set([("instance-0", "http://127.0.0.1:1")])
            try await hub.hub.registry.refresh()
            let answer = try await hub.send(.POST, "/api/quality/recover/instance-0")
            #expect(answer.status == 503 && answer.code == "node-unavailable")
            let status = try await hub.get("/api/quality/recovery-status").json?["instance-0"]
            #expect(status?["canRecover"] == .bool(false))
        }
    }

    @Test func `the owner starts a node again after three bad checks, and its reports prove it`() async throws {
        let node = FakeNode()
        let restarted = Mutex(0)
        let owner = NodeOwner(restart: { _ in
            restarted.withLock { $0 += 1 }
            node.state.withLock { $0.telling = .health }
        })
        try await withHub(nodes: [node], owner: owner, silence: .milliseconds(400)) { hub in
            try await Self.ready(hub)
            try await hub.withEvents { reader in
                node.state.withLock { $0.telling = .nothing }
                try await eventually("it is mended") {
                    reader.events.contains {
                        guard case .recovery(let record) = $0.kind else { return false }
                        return record.outcome == .recovered && record.strategy == .node && record.failure == .qemu
                    }
                }
                #expect(reader.stages(of: "instance-0").last == .ready)
            }
            let status = try await hub.get("/api/quality/recovery-status").json?["instance-0"]
            #expect(status?["attempts"] == .number(1))
            #expect(
                try await hub.get("/metrics").text.contains(
                    #"loco_recoveries_total{instance="instance-0",strategy="node",outcome="recovered"} 1"#))
        }
    }
}
