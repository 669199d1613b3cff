import Crypto
import Foundation
import Testing

@testable import Signaling

@Suite("STUN messages", .timeLimit(.minutes(1)))
struct STUNMessageTests {
    /// RFC 5769, section 2.4: a request with long-term credentials.
    private let sample: [UInt8] = """
        00010060 2112a442 78ad3433c6ad72c029da412e 00060012 e3839ee38388e383aae38383e382afe382b90000
        0015001c 662f2f3439396b39353464364f4c33346f4c39465354767936347341 0014000b 6578616d706c652e6f726700
        00080014 f67024656dd64a3e02b8e0712e85c9a28ca89666
        """.filter(\.isHexDigit).bytes

    @Test("The standard's sample is read, and written with the same code")
    func sampleRequest() throws {
        let read = try #require(STUNMessage(sample))
        #expect(read.type == 1)
        #expect(read[STUNMessage.realm] == Array("example.org".utf8))
        let username = String(decoding: try #require(read[STUNMessage.username]), as: UTF8.self)
        let key = Array(Insecure.MD5.hash(data: Data("\(username):example.org:TheMatrIX".utf8)))
        let again = STUNMessage(1, transaction: read.transaction, Array(read.attributes.dropLast()))
        #expect(again.bytes(key: key) == sample)
    }

    @Test("What is cut off or no message is not read")
    func malformed() {
        for length in 0..<sample.count { #expect(STUNMessage(Array(sample.prefix(length))) == nil) }
        #expect(STUNMessage([UInt8](repeating: 0, count: 20)) == nil)
        // An attribute that claims more than there is.
        var lying = sample
        lying[23] = 0xff
        #expect(STUNMessage(lying) == nil)
    }
}

extension String {
    /// The bytes that these hexadecimal digits write.
    fileprivate var bytes: [UInt8] {
        let digits = Array(self)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
