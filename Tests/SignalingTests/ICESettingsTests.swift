import Testing

@testable import Signaling

@Suite("ICE settings", .timeLimit(.minutes(1)))
struct ICESettingsTests {
    private let answer = [
        "v=0", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=candidate:1 1 UDP 2015363327 10.1.2.3 50000 typ host",
        "a=candidate:2 1 UDP 1677722111 198.51.100.7 50000 typ srflx raddr 10.1.2.3 rport 50000", "",
    ].joined(separator: "\r\n")

    @Test("Behind NAT the host candidates carry the announced address, the others stay")
    func announced() {
        let announced = ICESettings(announced: "203.0.113.9").announcing(answer)
        #expect(announced.contains("a=candidate:1 1 UDP 2015363327 203.0.113.9 50000 typ host\r\n"))
        #expect(announced.contains("198.51.100.7 50000 typ srflx"))
        #expect(ICESettings().announcing(answer) == answer)
    }

    @Test("A node asks the first STUN server, and relays only by TURN servers it can speak to and has credentials for")
    func servers() throws {
        let servers = ["turns:a", "turn:b?transport=tcp", "stun:c", "stun:d", "turn:e"].compactMap(ICEServer.init)
        #expect(servers.count == 5)
        var settings = ICESettings(servers: servers)
        #expect(settings.stunServer?.host == "c")
        #expect(settings.turnServers.isEmpty)
        settings.turn = TURNAuthority(secret: "s", lifetime: 60)
        #expect(settings.turnServers.map(\.description) == ["turn:b:3478?transport=tcp", "turn:e:3478?transport=udp"])
    }
}
