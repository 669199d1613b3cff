import Testing

@testable import Signaling

@Suite("TURN inquiries", .timeLimit(.minutes(1)))
struct TURNInquiryTests {
    private let realm = STUNMessage.Attribute(type: STUNMessage.realm, value: Array("loco".utf8))

    private func refusal(
        _ code: Int, of asked: [UInt8], nonce: String = "n", challenges: Bool = true
    ) throws -> [UInt8] {
        let asked = try #require(STUNMessage(asked))
        let error = STUNMessage.Attribute(
            type: STUNMessage.errorCode, value: [0, 0, UInt8(code / 100), UInt8(code % 100)] + Array("why".utf8))
        let challenge = challenges ? [realm, .init(type: STUNMessage.nonce, value: Array(nonce.utf8))] : []
        return STUNMessage(STUNMessage.allocateRefused, transaction: asked.transaction, [error] + challenge).bytes()
    }

    private func asked(_ step: TURNInquiry.Step) throws -> [UInt8] {
        guard case .ask(let bytes) = step else {
            Issue.record("\(step)")
            return []
        }
        return bytes
    }

    @Test("A relay is asked for with the server's realm, and given back")
    func relays() throws {
        var inquiry = TURNInquiry(TURNCredentials(username: "9:hub", password: "p"))
        let second = try asked(inquiry.received(try refusal(401, of: inquiry.opening)))
        let message = try #require(STUNMessage(second))
        #expect(message[STUNMessage.username] == Array("9:hub".utf8))
        #expect(message[STUNMessage.messageIntegrity]?.count == 20)
        // One answer is late and one is of somebody else's.
        #expect(inquiry.received(try refusal(401, of: TURNInquiry(.init(username: "", password: "")).opening)) == .wait)
        let success = STUNMessage(STUNMessage.allocated, transaction: message.transaction, []).bytes()
        guard case .end(.relays, let goodbye?) = inquiry.received(success) else {
            Issue.record("no relay")
            return
        }
        let release = try #require(STUNMessage(goodbye))
        #expect(release.type == STUNMessage.refresh && release[STUNMessage.lifetime] == [0, 0, 0, 0])
    }

    @Test("An aged nonce is no refusal, a second challenge is one")
    func refused() throws {
        var inquiry = TURNInquiry(TURNCredentials(username: "9:hub", password: "p"))
        let second = try asked(inquiry.received(try refusal(401, of: inquiry.opening)))
        let third = try asked(inquiry.received(try refusal(438, of: second, nonce: "newer")))
        #expect(STUNMessage(third)?[STUNMessage.nonce] == Array("newer".utf8))
        #expect(
            inquiry.received(try refusal(401, of: third)) == .end(.refuses(code: 401, reason: "why"), goodbye: nil))
    }

    @Test("A refusal that asks for nothing is one at once")
    func forbidden() throws {
        var inquiry = TURNInquiry(TURNCredentials(username: "9:hub", password: "p"))
        let step = inquiry.received(try refusal(486, of: inquiry.opening, challenges: false))
        #expect(step == .end(.refuses(code: 486, reason: "why"), goodbye: nil))
        #expect(inquiry.received([1, 2, 3]) == .wait)
    }
}
