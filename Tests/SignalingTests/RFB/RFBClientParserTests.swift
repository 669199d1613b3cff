import Testing

@testable import Signaling

@Suite("RFBClientParser", .timeLimit(.minutes(1)))
struct RFBClientParserTests {
    private static let greeting = Array("RFB 003.008\n".utf8)

    /// A parser behind its handshake.
    private func ready() throws -> RFBClientParser {
        var parser = RFBClientParser()
        _ = try parser.receive(Self.greeting + [1, 1])
        return parser
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let message: RFBMessage
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(name: "SetPixelFormat", bytes: [0, 0, 0, 0] + [UInt8](repeating: 7, count: 16), message: .request),
        Row(name: "SetEncodings", bytes: [2, 0, 0, 2, 0, 0, 0, 7, 255, 255, 254, 254], message: .request),
        Row(name: "SetEncodings of none", bytes: [2, 0, 0, 0], message: .request),
        Row(name: "FramebufferUpdateRequest", bytes: [3, 1, 0, 0, 0, 0, 2, 128, 1, 224], message: .request),
        Row(
            name: "KeyEvent", bytes: [4, 1, 0, 0, 0, 0, 0, 0x61],
            message: .key(keysym: 0x61, pressed: true)),
        Row(
            name: "KeyEvent up", bytes: [4, 0, 0, 0, 0, 0, 0xff, 0x0d],
            message: .key(keysym: 0xff0d, pressed: false)),
        Row(
            name: "PointerEvent", bytes: [5, 5, 1, 2, 3, 4],
            message: .pointer(x: 0x102, y: 0x304, buttons: 5)),
        Row(name: "ClientCutText", bytes: [6, 0, 0, 0, 0, 0, 0, 3, 97, 98, 99], message: .change),
        Row(name: "extended ClientCutText", bytes: [6, 0, 0, 0, 255, 255, 255, 252, 1, 0, 0, 1], message: .change),
        Row(name: "EnableContinuousUpdates", bytes: [150, 1, 0, 0, 0, 0, 2, 128, 1, 224], message: .request),
        Row(name: "ClientFence", bytes: [248, 0, 0, 0, 128, 0, 0, 1, 2, 9, 9], message: .request),
        Row(
            name: "SetDesktopSize", bytes: [251, 0, 4, 0, 3, 0, 1, 0] + [UInt8](repeating: 0, count: 16),
            message: .change),
        Row(
            name: "QEMU key", bytes: [255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 0x1e],
            message: .scanCode(0x1e, keysym: 0x61, pressed: true)),
        Row(name: "QEMU sound on", bytes: [255, 1, 0, 0], message: .unwanted),
        Row(name: "QEMU sound's format", bytes: [255, 1, 0, 2, 3, 2, 0, 0, 172, 68], message: .unwanted),
    ]

    @Test("every message is told by its type, whole or byte by byte", arguments: rows)
    func messages(row: Row) throws {
        var parser = try ready()
        #expect(try parser.receive(row.bytes) == [.message(row.message, row.bytes)])
        for byte in row.bytes.dropLast() { #expect(try parser.receive([byte]).isEmpty) }
        #expect(try parser.receive([row.bytes.last!]) == [.message(row.message, row.bytes)])
    }

    @Test("the handshake of each version is passed on, and the wish for the guest alone is not")
    func handshake() throws {
        for version in ["RFB 003.008\n", "RFB 003.007\n"] {
            var parser = RFBClientParser()
            let greeting = Array(version.utf8)
            #expect(
                try parser.receive(greeting + [1, 0, 2, 0, 0, 0])
                    == [.handshake(greeting), .handshake([1]), .handshake([1]), .message(.request, [2, 0, 0, 0])])
        }
        var old = RFBClientParser()
        let greeting = Array("RFB 003.003\n".utf8)
        #expect(
            try old.receive(greeting + [0, 2, 0, 0, 0])
                == [.handshake(greeting), .handshake([1]), .message(.request, [2, 0, 0, 0])])
    }

    static let refused: [(name: String, bytes: [UInt8], problem: RFBProblem)] = [
        ("another version", Array("RFB 004.000\n".utf8), .version("RFB 004.000")),
        ("no RFB at all", Array("GET / HTTP/1.1\r\n".utf8), .version("GET / HTTP/1")),
        ("a password", greeting + [2], .security(2)),
        ("TLS", greeting + [19], .security(19)),
        ("an unknown type", greeting + [1, 1, 77], .unknownType(77)),
        ("an unknown type of QEMU's", greeting + [1, 1, 255, 9], .unknownExtension(9)),
        ("an unknown word on sound", greeting + [1, 1, 255, 1, 0, 9], .unknownExtension(1)),
        (
            "more encodings than there are", greeting + [1, 1, 2, 0, 255, 255],
            .tooLong(what: "SetEncodings", bytes: 65535, limit: 1024)
        ),
        (
            "a text without an end", greeting + [1, 1, 6, 0, 0, 0, 127, 255, 255, 255],
            .tooLong(what: "ClientCutText", bytes: 2_147_483_647, limit: 262_144)
        ),
        (
            "an extended text without an end", greeting + [1, 1, 6, 0, 0, 0, 128, 0, 0, 0],
            .tooLong(what: "ClientCutText", bytes: 2_147_483_648, limit: 262_144)
        ),
        (
            "a long fence", greeting + [1, 1, 248, 0, 0, 0, 0, 0, 0, 0, 65],
            .tooLong(what: "ClientFence", bytes: 65, limit: 64)
        ),
    ]

    @Test("what is not spoken is refused before the rest of it has come", arguments: refused)
    func refusals(row: (name: String, bytes: [UInt8], problem: RFBProblem)) {
        var parser = RFBClientParser()
        #expect(throws: row.problem) { try parser.receive(row.bytes) }
        #expect(row.problem.description.utf8.count <= 123)
    }

    @Test("the same bytes mean the same however they are cut")
    func cuts() throws {
        var dice = SeededGenerator(seed: 6143)
        let stream = Self.greeting + [1, 1] + (0..<200).flatMap { _ in Self.rows.randomElement(using: &dice)!.bytes }
        var whole = RFBClientParser()
        let expected = try whole.receive(stream)
        #expect(expected.count == 203)
        for _ in 0..<50 {
            var parser = RFBClientParser()
            var parts: [RFBClientParser.Part] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...60, using: &dice))
                parts += try parser.receive(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(parts == expected)
        }
    }

    @Test("whatever comes, only what came is passed on, or it is refused")
    func fuzz() throws {
        var dice = SeededGenerator(seed: 1)
        var refusals = 0
        for round in 0..<3000 {
            var parser = try ready()
            var sent: [UInt8] = []
            var passed: [UInt8] = []
            do {
                for _ in 0..<8 {
                    // Every other round begins with something that is a message, and is bent then.
                    var piece = round % 2 == 0 ? Self.rows.randomElement(using: &dice)!.bytes : []
                    if !piece.isEmpty, Bool.random(using: &dice) {
                        piece[Int.random(in: piece.indices, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
                    }
                    piece += (0..<Int.random(in: 0...20, using: &dice)).map { _ in
                        UInt8.random(in: 0...255, using: &dice)
                    }
                    sent += piece
                    for case .message(_, let bytes) in try parser.receive(piece) { passed += bytes }
                }
            } catch {
                refusals += 1
            }
            #expect(passed == Array(sent.prefix(passed.count)))
        }
        #expect(refusals > 100)
    }
}
