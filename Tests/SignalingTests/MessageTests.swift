import Foundation
import Testing

@testable import Signaling

@Suite("Messages", .timeLimit(.minutes(1)))
struct MessageTests {
    @Test(
        "Channel messages become input",
        arguments: [
            (
                #"{"type":"key","code":"KeyA","action":"press"}"#,
                ChannelMessage.input([.key(code: "KeyA", pressed: true)], id: nil)
            ),
            (
                #"{"type":"key","code":"Space","action":"tap"}"#,
                .input([.key(code: "Space", pressed: true), .key(code: "Space", pressed: false)], id: nil)
            ),
            (#"{"type":"mouse","mode":"absolute","x":0.5,"y":1}"#, .input([.pointerTo(x: 0.5, y: 1)], id: nil)),
            (#"{"type":"mouse","mode":"relative","dx":-3,"dy":4}"#, .input([.pointerBy(dx: -3, dy: 4)], id: nil)),
            (#"{"type":"button","button":2,"action":"release"}"#, .input([.button(2, pressed: false)], id: nil)),
            (#"{"type":"wheel","dy":-1}"#, .input([.wheel(dy: -1)], id: nil)),
            (#"{"type":"release-all"}"#, .releaseAll),
            (#"{"type":"control","action":"take"}"#, .control(take: true)),
            (#"{"type":"ping","ts":7}"#, .ping(7)),
        ])
    func channel(json: String, message: ChannelMessage) throws {
        #expect(try ChannelMessage(json: Data(json.utf8)) == message)
    }

    @Test(
        "Bad channel messages are refused with what is wrong",
        arguments: [
            ("", "not a JSON object with a text 'type' and fields of the right types"),
            ("[]", "not a JSON object with a text 'type' and fields of the right types"),
            (#"{"type":1}"#, "not a JSON object with a text 'type' and fields of the right types"),
            (
                #"{"type":"dance"}"#,
                "unknown type 'dance'; known are key, mouse, button, wheel, release-all, control, ping, rendition, report"
            ),
            (#"{"type":"key","action":"press"}"#, "'key' needs a 'code' such as \"KeyA\""),
            (#"{"type":"key","code":"KeyA","action":"hug"}"#, "'action' must be press, release or tap"),
            (#"{"type":"mouse","mode":"absolute","x":1.5,"y":0}"#, "absolute 'mouse' needs 'x' and 'y' from 0 to 1"),
            (
                #"{"type":"mouse","mode":"relative","dx":1e9,"dy":0}"#,
                "relative 'mouse' needs 'dx' and 'dy' within ±10000 pixels"
            ),
            (#"{"type":"mouse"}"#, "'mode' must be absolute or relative"),
            (#"{"type":"button","button":9,"action":"press"}"#, "'button' needs a 'button' from 0 to 4"),
            (#"{"type":"wheel","dy":1000}"#, "'wheel' needs a 'dy' within ±100 lines"),
        ])
    func refusedOnChannel(json: String, reason: String) {
        let error = #expect(throws: ChannelMessageError.self) { _ = try ChannelMessage(json: Data(json.utf8)) }
        #expect(error?.description == reason)
    }

    @Test("A message longer than the limit is refused unread")
    func tooLong() {
        let error = #expect(throws: ChannelMessageError.self) {
            _ = try ChannelMessage(json: Data(repeating: 0x20, count: ChannelMessage.sizeLimit + 1))
        }
        #expect(error == .tooLong)
    }

    @Test(
        "Signals are read",
        arguments: [
            (#"{"type":"register"}"#, SignalMessage.register(id: nil)),
            (#"{"type":"register","id":"me"}"#, .register(id: "me")),
            (
                #"{"type":"signal","target":"instance-0","data":{"type":"offer","sdp":"v=0"}}"#,
                .signal(target: "instance-0", .offer("v=0", rendition: nil))
            ),
            (
                #"{"type":"signal","target":"i","data":{"type":"offer","sdp":"v=0","access":"view"}}"#,
                .signal(target: "i", .offer("v=0", rendition: nil, access: .view))
            ),
            (
                #"{"type":"signal","target":"i","data":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":1}}"#,
                .signal(target: "i", .candidate("candidate:1", section: 1))
            ),
            (#"{"type":"signal","target":"i","data":{"type":"bye"}}"#, .signal(target: "i", .bye)),
            (
                #"{"type":"signal","target":"i","request":7,"data":{"type":"bye"}}"#,
                .signal(target: "i", .bye, request: 7)
            ),
            (#"{"type":"__ping","ts":3}"#, .ping(3)),
        ])
    func signals(json: String, message: SignalMessage) throws {
        #expect(try SignalMessage(json: Data(json.utf8)) == message)
    }

    @Test(
        "Bad signals are refused",
        arguments: [
            "nonsense", #"{"type":"signal"}"#, #"{"type":"signal","target":"i"}"#, #"{"type":"nope"}"#,
            #"{"type":"signal","target":"i","data":{"type":"offer"}}"#,
            #"{"type":"signal","target":"i","data":{"type":"answer","sdp":"x"}}"#,
            #"{"type":"signal","target":"i","data":{"candidate":"x","sdpMLineIndex":99}}"#,
            #"{"type":"signal","target":"i","data":{"type":"offer","sdp":"v=0","access":"admin"}}"#,
            #"{"type":"register","id":""}"#,
        ])
    func refusedSignals(json: String) {
        #expect(throws: SignalMessageError.self) { _ = try SignalMessage(json: Data(json.utf8)) }
    }

    @Test("An access is only ever lowered")
    func access() {
        #expect(ViewerAccess.control.lowered(to: .view) == .view)
        #expect(ViewerAccess.view.lowered(to: .control) == .view)
        #expect(ViewerAccess.control.lowered(to: .control) == .control)
    }

    @Test("What is held is released, once")
    func held() {
        var held = HeldInputs()
        held.note([.key(code: "KeyB", pressed: true), .key(code: "KeyA", pressed: true), .button(0, pressed: true)])
        held.note([.key(code: "KeyB", pressed: false), .pointerBy(dx: 1, dy: 1)])
        let (first, second) = (held.releaseAll(), held.releaseAll())
        #expect(first == [.key(code: "KeyA", pressed: false), .button(0, pressed: false)])
        #expect(second == [])
    }

    @Test("A flood of refusals is answered twenty times a second")
    func refusals() {
        var budget = RefusalBudget()
        let answered = (0..<10_000).count { _ in budget.allows(at: 5_000_000_000) }
        #expect(answered == 20)
        let later = budget.allows(at: 6_000_000_000)
        #expect(later)
    }
}
