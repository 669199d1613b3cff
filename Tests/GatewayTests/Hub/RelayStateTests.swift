import Testing

@testable import Gateway

struct RelayStateTests {
    private func registered() -> RelayState {
        var state = RelayState()
        _ = state.receive(#"{"type":"register","id":"v"}"#) { "-" }
        return state
    }

    private func signal(_ target: String, _ type: String = "offer") -> String {
        #"{"type":"signal","target":"\#(target)","data":{"type":"\#(type)"}}"#
    }

    @Test func `messages wait for the upstream socket and keep their order behind the registration`() {
        var state = registered()
        #expect(state.receive(signal("a", "1")) { "-" } == [.open(target: "a")])
        #expect(state.receive(signal("a", "2")) { "-" } == [])
        let actions = state.opened("a")
        #expect(actions.count == 3)
        #expect(actions.first == .forward(target: "a", text: #"{"id":"v","type":"register"}"#))
        guard case .forward(_, let last) = actions.last else { return #expect(Bool(false)) }
        #expect(last.contains(#""type":"2""#))
    }

    @Test func `what waits for one socket is bounded`() {
        var state = registered()
        for _ in 0..<RelayState.maxWaiting { _ = state.receive(signal("a")) { "-" } }
        guard case .reply(let text) = state.receive(signal("a"), newID: { "-" }).first else {
            return #expect(Bool(false))
        }
        #expect(text.contains("rate-limited"))
    }

    @Test func `the targets of one socket are bounded`() {
        var state = registered()
        for index in 0..<RelayState.maxTargets {
            #expect(state.receive(signal("t\(index)")) { "-" } == [.open(target: "t\(index)")])
        }
        guard case .reply(let text) = state.receive(signal("more"), newID: { "-" }).first else {
            return #expect(Bool(false))
        }
        #expect(text.contains("rate-limited"))
    }

    @Test func `a target that failed is forgotten, and a late opening of it does nothing`() {
        var state = registered()
        _ = state.receive(signal("a")) { "-" }
        #expect(state.failed("a", code: .unknownTarget, message: "no").count == 1)
        #expect(state.failed("a", code: .unknownTarget, message: "no") == [])
        #expect(state.opened("a") == [])
        #expect(state.receive(signal("a")) { "-" } == [.open(target: "a")])
    }

    @Test func `an id cannot change while signalling`() {
        var state = registered()
        _ = state.receive(signal("a")) { "-" }
        guard case .reply(let text) = state.receive(#"{"type":"register","id":"w"}"#, newID: { "-" }).first else {
            return #expect(Bool(false))
        }
        #expect(text.contains("already registered"))
        #expect(state.viewer == "v")
    }

    @Test func `offers, answers and errors are counted once, and unknown codes of nodes together`() {
        var state = RelayState()
        _ = state.receive(signal("a")) { "-" }
        let refused = state.takeTally()
        #expect(refused == SignalTally(errors: ["not-registered": 1]))
        state = registered()
        _ = state.receive(signal("a")) { "-" }
        _ = state.receive(signal("a", "bye")) { "-" }
        _ = state.opened("a")
        _ = state.receive(signal("a")) { "-" }
        _ = state.received(#"{"type":"signal","data":{"type":"answer","sdp":""}}"#, from: "a")
        _ = state.received(#"{"type":"signal","data":{"candidate":""}}"#, from: "a")
        for code in ["bad-sdp", "made-up-1", "made-up-2"] {
            _ = state.received(#"{"type":"error","code":"\#(code)"}"#, from: "a")
        }
        _ = state.failed("a", code: .targetUnreachable, message: "gone")
        let expected = SignalTally(
            offers: 2, answers: 1, errors: ["bad-sdp": 1, "other": 2, "target-unreachable": 1])
        let (said, more) = (state.takeTally(), state.takeTally())
        #expect(said == expected && more.isEmpty)
    }

    @Test(arguments: [#"{"type":"registered"}"#, #"{"type":"__pong"}"#, "junk", "[1]"])
    func `what a node says to the hub alone is not passed on`(text: String) {
        var state = registered()
        #expect(state.received(text, from: "a") == [])
    }
}
