import Signaling
import Testing

@Suite("ICE servers", .timeLimit(.minutes(1)))
struct ICEServerTests {
    @Test(
        "A server's URI is read, and written with everything spelt out",
        arguments: [
            ("stun:stun.example.org", "stun:stun.example.org:3478"), ("stun:192.0.2.1:19302", "stun:192.0.2.1:19302"),
            ("turn:relay", "turn:relay:3478?transport=udp"),
            ("TURN:relay:80?transport=tcp", "turn:relay:80?transport=tcp"),
            ("turns:relay", "turns:relay:5349?transport=tcp"),
            ("turns:relay:443?transport=tcp", "turns:relay:443?transport=tcp"),
            ("turn:[2001:db8::1]:3478", "turn:[2001:db8::1]:3478?transport=udp"),
        ])
    func read(text: String, written: String) { #expect(ICEServer(text)?.description == written) }

    @Test(
        "What is no such URI is refused",
        arguments: [
            "", "stun", "stun:", "stun::3478", "example.org:3478", "http://example.org", "stun://example.org",
            "stuns:example.org", "stun:h:0", "stun:h:65536", "stun:h:", "stun:h:x", "stun:h:+80", "stun:h:1:2",
            "stun:h?transport=udp", "turn:h?transport=sctp", "turn:h?transport=", "turn:h?x=1", "turn:h?",
            "turns:h?transport=udp", "turn:user:password@h:3478", "turn:[::1", "turn:[relay]", "turn:[]:1", "turn:a b",
            "turn:h/path", "stun:h\u{e4}st",
        ])
    func refused(text: String) { #expect(ICEServer(text) == nil) }
}
