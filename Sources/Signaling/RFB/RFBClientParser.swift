/// Takes an RFB client's bytes apart, in whatever pieces they come (RFC 6143, with the extensions of the community's
/// registry that QEMU and noVNC speak). Pure, and bounded: nothing is kept but one unfinished message.
public struct RFBClientParser: Sendable {
    /// Something whole of the client's.
    public enum Part: Sendable, Equatable {
        /// A piece of the handshake, to be passed on as it is here: the client's wish for the guest alone is not in it.
        case handshake([UInt8])
        /// A message, and its bytes.
        case message(RFBMessage, [UInt8])
    }

    private enum Stage {
        case version, security, initialisation, messages
    }

    /// The most encodings of a `SetEncodings`.
    public static let encodingLimit = 1024
    /// The longest text for the clipboard, in bytes.
    public static let textLimit = 256 * 1024
    /// The longest payload of a fence, by its specification.
    private static let fenceLimit = 64

    private var stage = Stage.version
    private var buffer: [UInt8] = []

    /// At the client's first byte.
    public init() {}

    /// Takes the next bytes.
    ///
    /// - Returns: what they complete, in order.
    /// - Throws: `RFBProblem`; nothing may be passed on after that.
    public mutating func receive(_ bytes: some Sequence<UInt8>) throws(RFBProblem) -> [Part] {
        buffer.append(contentsOf: bytes)
        var parts: [Part] = []
        var start = 0
        while let length = try length(at: start), start + length <= buffer.count {
            parts.append(try take(Array(buffer[start..<start + length])))
            start += length
        }
        buffer.removeFirst(start)
        return parts
    }

    // MARK: Lengths

    /// How long the part that begins there is; nil while that cannot be told.
    private func length(at start: Int) throws(RFBProblem) -> Int? {
        guard start < buffer.count else { return nil }
        return switch stage {
        case .version: 12
        case .security, .initialisation: 1
        case .messages: try messageLength(at: start)
        }
    }

    private func messageLength(at start: Int) throws(RFBProblem) -> Int? {
        func byte(_ offset: Int) -> Int? {
            start + offset < buffer.count ? Int(buffer[start + offset]) : nil
        }
        func number(_ offset: Int, bytes: Int) -> Int? {
            guard start + offset + bytes <= buffer.count else { return nil }
            return buffer[start + offset..<start + offset + bytes].reduce(0) { $0 << 8 | Int($1) }
        }
        switch buffer[start] {
        case 0: return 20
        case 2:
            guard let count = number(2, bytes: 2) else { return nil }
            return 4 + 4 * (try Self.check("SetEncodings", count, Self.encodingLimit))
        case 3, 150: return 10
        case 4: return 8
        case 5: return 6
        case 6:
            guard let field = number(4, bytes: 4) else { return nil }
            // A negative one is the extended clipboard's; it counts the bytes all the same.
            let signed = Int(Int32(truncatingIfNeeded: field))
            return 8 + (try Self.check("ClientCutText", abs(signed), Self.textLimit))
        case 248:
            guard let count = byte(8) else { return nil }
            return 9 + (try Self.check("ClientFence", count, Self.fenceLimit))
        case 251:
            // At most 255 screens.
            guard let screens = byte(6) else { return nil }
            return 8 + 16 * screens
        case 255: return try extensionLength(byte(1), number(2, bytes: 2))
        case let type: throw .unknownType(type)
        }
    }

    private func extensionLength(_ type: Int?, _ operation: Int?) throws(RFBProblem) -> Int? {
        switch type {
        case nil: return nil
        case 0: return 12
        case 1:
            guard let operation else { return nil }
            guard (0...2).contains(operation) else { throw .unknownExtension(1) }
            // Only the sound's format has more to say.
            return operation == 2 ? 10 : 4
        case let type?: throw .unknownExtension(UInt8(type))
        }
    }

    private static func check(_ what: String, _ count: Int, _ limit: Int) throws(RFBProblem) -> Int {
        guard count <= limit else { throw .tooLong(what: what, bytes: count, limit: limit) }
        return count
    }

    // MARK: What they are

    private mutating func take(_ bytes: [UInt8]) throws(RFBProblem) -> Part {
        switch stage {
        case .version:
            stage = try Self.hasSecurity(bytes) ? .security : .initialisation
            return .handshake(bytes)
        case .security:
            guard bytes == [1] else { throw .security(bytes[0]) }
            stage = .initialisation
            return .handshake(bytes)
        case .initialisation:
            stage = .messages
            // Whoever asks for the guest alone would throw everybody else out.
            return .handshake([1])
        case .messages: return .message(Self.message(bytes), bytes)
        }
    }

    /// Whether the client of that greeting chooses a security type; in 3.3 the server tells it.
    private static func hasSecurity(_ greeting: [UInt8]) throws(RFBProblem) -> Bool {
        switch String(decoding: greeting, as: UTF8.self) {
        case "RFB 003.003\n": return false
        case "RFB 003.007\n", "RFB 003.008\n": return true
        default:
            let shown = greeting.filter { (32...126).contains($0) && $0 != UInt8(ascii: "'") }
            throw .version(String(decoding: shown, as: UTF8.self))
        }
    }

    private static func message(_ bytes: [UInt8]) -> RFBMessage {
        func number(_ offset: Int, bytes count: Int) -> UInt32 {
            bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt32($1) }
        }
        switch bytes[0] {
        case 4: return .key(keysym: number(4, bytes: 4), pressed: bytes[1] != 0)
        case 5:
            return .pointer(
                x: UInt16(number(2, bytes: 2)), y: UInt16(number(4, bytes: 2)), buttons: bytes[1])
        case 6, 251: return .change
        case 255 where bytes[1] == 0:
            return .scanCode(number(8, bytes: 4), keysym: number(4, bytes: 4), pressed: number(2, bytes: 2) != 0)
        case 255: return .unwanted
        default: return .request
        }
    }
}
