import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct SignalRelayTests {
    private static let offer = #"{"type":"signal","target":"instance-0","data":{"type":"offer","sdp":"v=0"}}"#

    @Test func `an offer reaches the node under the viewer's id, and the answer comes back from the target`()
        async throws
    {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            let socket = try await hub.signal("me")
            let answer = try await socket.ask(Self.offer)
            #expect(answer?["source"]?.string == "instance-0")
            #expect(answer?["target"]?.string == "me")
            #expect(answer?["data"]?["type"]?.string == "answer")
            let signals = node.state.withLock { $0.signals }
            #expect(signals.first == #"{"id":"me","type":"register"}"#)
            #expect(signals.count == 2)
        }
    }

    @Test func `two targets of one socket have an upstream socket each, closed with the client's`() async throws {
        let nodes = [FakeNode(), FakeNode()]
        try await withHub(nodes: nodes) { hub in
            let socket = try await hub.signal()
            let first = try await socket.ask(Self.offer)
            let second = try await socket.ask(Self.offer.replacing("instance-0", with: "instance-1"))
            #expect(first?["source"]?.string == "instance-0" && second?["source"]?.string == "instance-1")
            _ = try await socket.ask(Self.offer)
            for node in nodes { #expect(node.state.withLock { $0.sockets.count } == 1) }
            try await socket.write(RawSocket.frame(8, Data([3, 232])))
            for node in nodes {
                try await eventually("the upstream socket is closed") {
                    node.state.withLock { $0.sockets.allSatisfy(\.isClosed) }
                }
            }
            try await eventually("nothing is left") {
                try await hub.get("/api/status").json?["signaling"]?["upstreams"]?.number == 0
            }
        }
    }

    @Test func `a bye sent right before the socket closes still reaches the node`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            let socket = try await hub.signal()
            _ = try await socket.ask(Self.offer)
            try await socket.write(
                RawSocket.text(#"{"type":"signal","target":"instance-0","data":{"type":"bye"}}"#)
                    + RawSocket.frame(8, Data([3, 232])))
            try await eventually("the bye is there") {
                node.state.withLock { $0.signals.contains { $0.contains("bye") } }
            }
        }
    }

    @Test(arguments: [
        ("not json", "bad-message"), ("[]", "bad-message"), ("{}", "bad-message"), (#"{"type":1}"#, "bad-message"),
        (#"{"type":"dance"}"#, "unknown-type"), (#"{"type":"register","id":"a b"}"#, "bad-message"),
        (#"{"type":"register","id":7}"#, "bad-message"), (#"{"type":"signal","data":{}}"#, "bad-message"),
        (#"{"type":"signal","target":"instance-0","data":"x"}"#, "bad-message"),
        (#"{"type":"signal","target":"instance-9","data":{}}"#, "unknown-target"),
        (#"{"type":"signal","target":"instance-1","data":{}}"#, "target-unreachable"),
        (#"{"type":"signal","target":"instance-0","data":{"type":"bad"}}"#, "bad-sdp"),
        (#"{"type":"__ping","ts":"now"}"#, "bad-message"),
    ])
    func `a message that cannot be served gets its error and the socket stays open`(text: String, code: String)
        async throws
    {
        try await withHub(nodes: [FakeNode()]) { hub in
            let url = await hub.hub.registry.find("instance-0")?.streamUrl
            hub.provider.set([("instance-0", url), ("instance-1", "http://127.0.0.1:1")])
            try await hub.hub.registry.refresh()
            let socket = try await hub.signal()
            let error = try await socket.ask(text)
            #expect(error?["type"]?.string == "error" && error?["code"]?.string == code, "\(String(describing: error))")
            #expect(error?["message"]?.string?.isEmpty == false)
            let pong = try await socket.ask(#"{"type":"__ping","ts":12.5}"#)
            #expect(pong == .object(["type": "__pong", "ts": .number(12.5)]))
        }
    }

    @Test func `a binary message is a bad message`() async throws {
        try await withHub { hub in
            let socket = try await hub.signal()
            try await socket.write(RawSocket.frame(2, Data([0, 255, 1])))
            #expect(try await socket.readJSON()?["code"]?.string == "bad-message")
        }
    }

    @Test func `signalling without registering is refused, an id is made for who brings none`() async throws {
        try await withHub(nodes: [FakeNode()]) { hub in
            let socket = try RawSocket(port: hub.port)
            try await socket.upgrade("/signal")
            #expect(try await socket.ask(Self.offer)?["code"]?.string == "not-registered")
            let registered = try await socket.ask(#"{"type":"register"}"#)
            #expect(registered?["id"]?.string?.hasPrefix("viewer-") == true)
        }
    }

    @Test func `a node that hangs up is told to the client, and the next signal tries again`() async throws {
        let node = FakeNode()
        node.state.withLock { $0.hangsUp = true }
        try await withHub(nodes: [node]) { hub in
            let socket = try await hub.signal()
            #expect(try await socket.ask(Self.offer)?["code"]?.string == "target-unreachable")
            node.state.withLock { $0.hangsUp = false }
            #expect(try await socket.ask(Self.offer)?["data"]?["type"]?.string == "answer")
        }
    }

    @Test func `ten thousand malformed messages are survived with the socket open`() async throws {
        try await withHub { hub in
            let socket = try await hub.signal()
            let junk = RawSocket.text("{\"type\":")
            var all = Data()
            for _ in 0..<10_000 { all.append(junk) }
            try await socket.write(all)
            try await eventually("they are counted") { hub.hub.http.statistics.counts.rateLimited > 8000 }
            try await Task.sleep(for: .milliseconds(1100))
            try await socket.write(RawSocket.text(#"{"type":"__ping","ts":1}"#))
            var answers = 0
            while let json = try await socket.readJSON(), json["type"]?.string != "__pong" { answers += 1 }
            #expect((400..<1000).contains(answers))
            #expect(hub.hub.http.statistics.counts.open == 1)
        }
    }
}
