import Crypto
import Foundation

/// A STUN message (RFC 8489), as far as asking a TURN server for a relay needs it.
struct STUNMessage: Sendable, Equatable {
    /// One attribute, without its padding.
    struct Attribute: Sendable, Equatable {
        let type: UInt16
        let value: [UInt8]
    }

    /// Method and class, such as ``allocate``.
    let type: UInt16
    /// Twelve bytes that the answer repeats.
    let transaction: [UInt8]
    let attributes: [Attribute]

    static let allocate: UInt16 = 0x0003
    static let allocated: UInt16 = 0x0103
    static let allocateRefused: UInt16 = 0x0113
    static let refresh: UInt16 = 0x0004

    static let username: UInt16 = 0x0006
    static let messageIntegrity: UInt16 = 0x0008
    static let errorCode: UInt16 = 0x0009
    static let lifetime: UInt16 = 0x000d
    static let realm: UInt16 = 0x0014
    static let nonce: UInt16 = 0x0015
    static let requestedTransport: UInt16 = 0x0019

    private static let cookie: [UInt8] = [0x21, 0x12, 0xa4, 0x42]
    private static let headerLength = 20

    /// A message of a transaction of its own, or of the one given.
    init(_ type: UInt16, transaction: [UInt8]? = nil, _ attributes: [Attribute]) {
        self.type = type
        self.transaction = transaction ?? (0..<12).map { _ in UInt8.random(in: 0...255) }
        self.attributes = attributes
    }

    /// How long the message is that begins with these bytes; nil while that is unknown.
    static func length(_ bytes: [UInt8]) -> Int? {
        bytes.count < headerLength ? nil : headerLength + Int(bytes[2]) << 8 + Int(bytes[3])
    }

    /// Reads a whole message; nil for bytes that are none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headerLength, Self.length(bytes) == bytes.count, Array(bytes[4..<8]) == Self.cookie
        else { return nil }
        var attributes: [Attribute] = []
        var rest = bytes[Self.headerLength...]
        while !rest.isEmpty {
            guard rest.count >= 4 else { return nil }
            let head = Array(rest.prefix(4))
            let length = Int(head[2]) << 8 + Int(head[3])
            rest = rest.dropFirst(4)
            guard rest.count >= length else { return nil }
            let type = UInt16(head[0]) << 8 + UInt16(head[1])
            attributes.append(Attribute(type: type, value: Array(rest.prefix(length))))
            rest = rest.dropFirst((length + 3) / 4 * 4)
        }
        type = UInt16(bytes[0]) << 8 + UInt16(bytes[1])
        transaction = Array(bytes[8..<20])
        self.attributes = attributes
    }

    /// The first attribute of that type.
    subscript(_ type: UInt16) -> [UInt8]? { attributes.first { $0.type == type }?.value }

    /// What an error response says.
    var error: (code: Int, reason: String)? {
        guard let value = self[Self.errorCode], value.count >= 4 else { return nil }
        return (Int(value[2] & 7) * 100 + Int(value[3]), String(decoding: value.dropFirst(4), as: UTF8.self))
    }

    /// The message as it is sent; with a key, it ends in the code that proves who sent it.
    func bytes(key: [UInt8]? = nil) -> [UInt8] {
        var body: [UInt8] = []
        for attribute in attributes {
            body += Self.word(attribute.type) + Self.word(UInt16(attribute.value.count)) + attribute.value
            body += [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        }
        guard let key else { return header(body.count) + body }
        // The code covers a header that counts the code itself.
        let covered = header(body.count + 24) + body
        let code = HMAC<Insecure.SHA1>.authenticationCode(for: Data(covered), using: SymmetricKey(data: Data(key)))
        return covered + Self.word(Self.messageIntegrity) + Self.word(20) + Array(code)
    }

    private func header(_ length: Int) -> [UInt8] {
        Self.word(type) + Self.word(UInt16(length)) + Self.cookie + transaction
    }

    private static func word(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}
