import Testing

@testable import Signaling

@Suite("RFBHeld")
struct RFBHeldTests {
    @Test("what is held is let go of once, keys by the code or the keysym they were pressed by")
    func releases() throws {
        var held = RFBHeld()
        for message: RFBMessage in [
            .key(keysym: 0x61, pressed: true), .key(keysym: 0x61, pressed: true), .key(keysym: 0x62, pressed: true),
            .key(keysym: 0x62, pressed: false), .scanCode(0x1e, keysym: 0x41, pressed: true),
            .scanCode(0x2a, keysym: 0xffe1, pressed: true), .scanCode(0x2a, keysym: 0xffe1, pressed: false),
            .pointer(x: 0x102, y: 0x304, buttons: 4), .request,
        ] {
            let isPassed = held.note(message)
            #expect(isPassed)
        }
        let bytes = held.releaseAll()
        #expect(
            bytes == [
                255, 0, 0, 0, 0, 0, 0, 0x41, 0, 0, 0, 0x1e, 4, 0, 0, 0, 0, 0, 0, 0x61, 5, 0, 1, 2, 3, 4,
            ])
        let again = held.releaseAll()
        #expect(held.isEmpty && again.isEmpty)
        // They are messages that a server understands.
        var parser = RFBClientParser()
        _ = try parser.receive(Array("RFB 003.008\n".utf8) + [1, 1])
        let parts = try parser.receive(bytes)
        #expect(parts.count == 3)
        for case .message(.scanCode(_, _, let pressed), _) in parts { #expect(!pressed) }
    }

    @Test("a key by its scan code is let go of although Shift made another letter of it")
    func shifted() {
        var held = RFBHeld()
        let isPressed = held.note(.scanCode(0x1e, keysym: 0x61, pressed: true))
        let isReleased = held.note(.scanCode(0x1e, keysym: 0x41, pressed: false))
        #expect(isPressed && isReleased && held.isEmpty)
    }

    @Test("more keys than a keyboard has are not passed on, and their releases are")
    func flood() {
        var held = RFBHeld()
        let first = (0..<UInt32(RFBHeld.limit)).map { held.note(.key(keysym: $0, pressed: true)) }
        #expect(!first.contains(false))
        let more = [held.note(.key(keysym: 999, pressed: true)), held.note(.scanCode(1, keysym: 999, pressed: true))]
        #expect(more == [false, false])
        let known = [held.note(.key(keysym: 0, pressed: true)), held.note(.key(keysym: 0, pressed: false))]
        #expect(known == [true, true])
        let fits = held.note(.scanCode(1, keysym: 999, pressed: true))
        #expect(fits)
    }
}
