import Foundation
import Testing

@testable import Gateway

@Suite struct ActiveChangeTests {
    @Test(arguments: [
        (#"{"ids":["b","a"]}"#, ActiveChange.select(["b", "a"])), (#"{"active":[]}"#, .select([])),
        (#"{"id":"a"}"#, .select(["a"])), (#"{"id":null}"#, .select([])),
        (#"{"button":"left","action":"press"}"#, .button(.left, isHeld: false)),
        (#"{"button":"center","action":"hold"}"#, .button(.center, isHeld: true)),
    ])
    func `what clients and bricks say is understood`(text: String, change: ActiveChange) throws {
        #expect(try ActiveChange(json: Data(text.utf8)) == change)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", #"{"ids":"a"}"#, #"{"ids":null}"#, #"{"ids":[1]}"#, #"{"ids":[null]}"#, #"{"id":7}"#,
        #"{"id":["a"]}"#, #"{"ids":["a"],"id":"b"}"#, #"{"button":"up","action":"press"}"#, #"{"button":"left"}"#,
        #"{"button":"left","action":"kick"}"#, #"{"button":1,"action":"press"}"#,
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: ActiveChange.Malformed.self) { try ActiveChange(json: Data(text.utf8)) }
    }
}
