import Foundation
import Signaling
import Testing

@Suite("TURN credentials", .timeLimit(.minutes(1)))
struct TURNAuthorityTests {
    private let authority = TURNAuthority(secret: "of-the-turn-server", lifetime: 3600)

    /// The password by: printf 1767229200:viewer | openssl dgst -sha1 -hmac of-the-turn-server -binary | base64
    @Test("They hold the time they end and whom they are for, and a code of both")
    func credentials() {
        let made = authority.credentials(for: "viewer", at: Date(timeIntervalSince1970: 1_767_225_600.9))
        #expect(made.username == "1767229200:viewer")
        #expect(made.password == "hVWldPxOB6d4AHcA84u/FAP963M=")
        #expect(authority.credentials(for: "node", at: Date(timeIntervalSince1970: 1_767_225_600)) != made)
    }

    @Test("Nothing that is printed holds the secret")
    func secret() {
        var dumped = ""
        dump(ICESettings(turn: authority), to: &dumped)
        for text in ["\(authority)", String(reflecting: authority), "\(ICESettings(turn: authority))", dumped] {
            #expect(!text.contains("of-the-turn-server"), "\(text)")
        }
    }
}
