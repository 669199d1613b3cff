import Testing

@testable import Gateway

@Suite("Trickle fragments", .timeLimit(.minutes(1)))
struct TrickleFragmentTests {
    @Test("Candidates carry the index of their section, and the end of candidates is an empty one")
    func candidates() {
        let text = """
            a=ice-ufrag:abcd\r
            m=video 9 UDP/TLS/RTP/SAVPF 0\r
            a=mid:0\r
            a=candidate:1 1 udp 1 127.0.0.1 5000 typ host\r
            m=audio 9 UDP/TLS/RTP/SAVPF 0\r
            a=candidate:2 1 udp 1 127.0.0.1 5001 typ host\r
            a=end-of-candidates\r
            """
        let found = TrickleFragment.candidates(in: text)
        #expect(found.map(\.section) == [0, 1, 1])
        #expect(
            found.map(\.candidate) == [
                "candidate:1 1 udp 1 127.0.0.1 5000 typ host", "candidate:2 1 udp 1 127.0.0.1 5001 typ host", "",
            ])
    }

    @Test("A fragment without a section speaks of the first; one without candidates of nothing")
    func short() {
        #expect(TrickleFragment.candidates(in: "a=candidate:1 1 udp 1 ::1 1 typ host").map(\.section) == [0])
        #expect(TrickleFragment.candidates(in: "hello").isEmpty)
    }
}
