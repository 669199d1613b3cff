import Fleet
import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct FocusDeliveryTests {
    private static let front = FocusWish(focused: true)
    private static let back = FocusWish(focused: false, cpuShare: 0.25)

    private func ready(_ hub: HubFixture, _ nodes: [FakeNode]) async throws {
        try await eventually("all nodes know of an empty set") { nodes.allSatisfy { $0.wish == FocusWish() } }
    }

    @Test func `each node is told what the set means for its guest, within 200 ms of the change`() async throws {
        let nodes = (0..<9).map { _ in FakeNode() }
        try await withHub(nodes: nodes) { hub in
            try await ready(hub, nodes)
            let began = ContinuousClock.now
            _ = try await hub.activate(#"{"ids":["instance-3","instance-5"]}"#)
            try await eventually("all are told") {
                nodes.indices.allSatisfy { nodes[$0].wish == ([3, 5].contains($0) ? Self.front : Self.back) }
            }
            let told = nodes.compactMap { $0.state.withLock { $0.wishedAt.last } }.max()! - began
            print("nine nodes were told within", told)
            #expect(told < .milliseconds(200))
            _ = try await hub.activate(#"{"id":null}"#)
            try await eventually("nobody stands back") { nodes.allSatisfy { $0.wish == FocusWish() } }
        }
    }

    @Test func `a node that hangs and one that fails hold up no other, and are told when they can be`() async throws {
        let nodes = (0..<3).map { _ in FakeNode() }
        try await withHub(nodes: nodes) { hub in
            try await ready(hub, nodes)
            nodes[0].state.withLock { $0.focusDelay = .seconds(60) }
            nodes[1].state.withLock { $0.focusStatus = 503 }
            let began = ContinuousClock.now
            _ = try await hub.activate(#"{"id":"instance-2"}"#)
            try await eventually("the third is told") { nodes[2].wish == Self.front }
            #expect(ContinuousClock.now - began < .milliseconds(300))
            try await eventually("the second is told again") {
                nodes[1].state.withLock { $0.wishes.filter { $0 == Self.back }.count >= 3 }
            }
            nodes[1].state.withLock { $0.focusStatus = 200 }
            try await eventually("it has taken it") { nodes[1].state.withLock { $0.report.focus?.focused == false } }
        }
    }

    @Test func `of a burst the newest wins`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node, FakeNode()]) { hub in
            try await ready(hub, [node])
            node.state.withLock { $0.focusDelay = .milliseconds(100) }
            let before = node.state.withLock { $0.wishes.count }
            for index in 0..<40 { _ = try await hub.activate(#"{"id":"instance-\#(index % 2)"}"#) }
            _ = try await hub.activate(#"{"id":"instance-0"}"#)
            try await eventually("the last one is there") { node.wish == Self.front }
            try await Task.sleep(for: .milliseconds(300))
            let told = node.state.withLock { $0.wishes.count } - before
            #expect(node.wish == Self.front)
            #expect(told < 20, "\(told) of 41")
        }
    }

    @Test func `a node that comes, moves, or starts anew at its address is told`() async throws {
        let (old, new, late) = (FakeNode(), FakeNode(), FakeNode())
        try await withRunning([new.service, late.service]) { _ in
            let newURL = "http://127.0.0.1:\(try await new.service.boundPort)"
            let lateURL = "http://127.0.0.1:\(try await late.service.boundPort)"
            try await withHub(nodes: [old]) { hub in
                _ = try await hub.activate(#"{"id":"instance-0"}"#)
                try await eventually("it is told") { old.wish == Self.front }
                hub.provider.set([("instance-0", newURL), ("instance-1", lateURL)])
                try await eventually("the one it moved to is told") { new.wish == Self.front }
                try await eventually("the one that came is told") { late.wish == Self.back }
                // What a fresh process reports.
                new.state.withLock {
                    $0.wishes = []
                    $0.report.focus = .init(focused: nil, cpuShare: 1, means: nil, reason: nil, paused: false)
                }
                try await eventually("the fresh one is told", within: .seconds(10)) { new.wish == Self.front }
            }
        }
    }

    @Test func `a set of which nobody is there holds back nobody`() async throws {
        let nodes = [FakeNode(), FakeNode()]
        try await withHub(nodes: nodes) { hub in
            try await ready(hub, nodes)
            _ = try await hub.activate(#"{"id":"instance-1"}"#)
            try await eventually("the first stands back") { nodes[0].wish == Self.back }
            hub.provider.set([("instance-0", "http://127.0.0.1:\(try await nodes[0].service.boundPort)")])
            try await eventually("it does no more") { nodes[0].wish == FocusWish() }
            #expect(try await hub.get("/api/active").json?["active"] == .array(["instance-1"]))
        }
    }

    @Test func `an older node is asked once and left in peace`() async throws {
        let node = FakeNode()
        node.state.withLock { $0.focusStatus = 404 }
        try await withHub(nodes: [node]) { hub in
            try await eventually("it was asked") { node.wish != nil }
            _ = try await hub.activate(#"{"id":"instance-0"}"#)
            try await Task.sleep(for: .seconds(2))
            #expect(node.state.withLock { $0.wishes.count } == 1)
        }
    }

    @Test func `share and pause are as set, and a hub that ends lets everybody run`() async throws {
        let nodes = [FakeNode(), FakeNode()]
        let settings = ["LOCO_ACTIVE_CPU_SHARE": "0.5", "LOCO_ACTIVE_PAUSE_UNFOCUSED": "true"]
        try await withRunning([nodes[0].service, nodes[1].service]) { _ in
            let urls = [try await nodes[0].service.boundPort, try await nodes[1].service.boundPort]
            try await withHub(settings: settings) { hub in
                hub.provider.set(urls.enumerated().map { ("instance-\($0)", "http://127.0.0.1:\($1)") })
                try await ready(hub, nodes)
                let state = try await hub.activate(#"{"id":"instance-0"}"#)
                #expect(state.json?["pauseUnfocused"] == .bool(true))
                try await eventually("it is paused") {
                    nodes[1].wish == FocusWish(focused: false, cpuShare: 0.5, paused: true)
                }
                try await eventually("the other is in front") { nodes[0].wish == Self.front }
            }
            #expect(nodes[1].wish == FocusWish(focused: false, cpuShare: 0.5))
        }
    }
}
