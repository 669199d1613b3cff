import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct ViewerConnectionTests {
    private func connection(_ servers: String) throws -> ViewerConnection {
        let environment = [
            "LOCO_ICE_SERVERS": servers, "LOCO_ICE_TURN_SECRET": "correct-horse", "LOCO_ICE_TURN_TTL": "60",
        ]
        let configuration = LocoConfiguration(try ResolvedConfiguration(environment: environment))
        return ViewerConnection(configuration.ice, at: Date(timeIntervalSince1970: 1000))
    }

    @Test func `TURN servers come with fresh credentials, STUN servers without`() throws {
        let made = try connection("turn:a,stun:b,turns:c")
        #expect(made.ttl == 60)
        let relays = ["turn:a:3478?transport=udp", "turns:c:5349?transport=tcp"]
        #expect(made.iceServers.map(\.urls) == [["stun:b:3478"], relays])
        #expect(made.iceServers[0].username == nil && made.iceServers[0].credential == nil)
        #expect(made.iceServers[1].username == "1060:viewer" && made.iceServers[1].credential?.count == 28)
    }

    @Test func `where nothing expires there is no time`() throws {
        #expect(try connection("stun:b").ttl == nil)
        #expect(String(buffer: JSON.encode(try connection(""))) == #"{"iceServers":[],"iceTransportPolicy":"all"}"#)
    }

    @Test func `the hub gives viewers credentials that nobody keeps`() async throws {
        let settings = ["LOCO_ICE_SERVERS": "turn:192.0.2.1", "LOCO_ICE_TURN_SECRET": "correct-horse"]
        try await withHub(settings: settings) { hub in
            let answer = try await hub.get("/api/config/webrtc")
            #expect(answer.headers["cache-control"] == ["no-store"])
            guard case .array(let servers)? = answer.json?["iceServers"] else {
                Issue.record("no servers: \(answer.text)")
                return
            }
            #expect(servers.first?["username"]?.string?.hasSuffix(":viewer") == true)
            #expect(!answer.text.contains("correct-horse"))
        }
    }
}
