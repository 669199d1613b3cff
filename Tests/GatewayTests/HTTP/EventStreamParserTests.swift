import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct EventStreamParserTests {
    private static func parse(_ pieces: [String], limit: Int = 64) throws -> [ServerSentEvent] {
        var parser = EventStreamParser(limit: limit)
        return try pieces.flatMap { try parser.append($0.utf8) }
    }

    @Test(arguments: [
        ("data: a\n\n", [ServerSentEvent(data: "a")]),
        ("data:a\n\n", [ServerSentEvent(data: "a")]),
        ("data:  a\n\n", [ServerSentEvent(data: " a")]),
        ("event: health\nid: 7\ndata: {}\n\n", [ServerSentEvent(name: "health", data: "{}", id: "7")]),
        ("data: a\ndata: b\ndata\n\n", [ServerSentEvent(data: "a\nb\n")]),
        (": comment\n\ndata: a\n: another\ndata: b\n\n", [ServerSentEvent(data: "a\nb")]),
        ("retry: 1000\n\nunknown: x\n\n", []),
        ("event: lonely\n\ndata: a\n\n", [ServerSentEvent(data: "a")]),
        ("id: 1\ndata: a\n\ndata: b\n\n", [ServerSentEvent(data: "a", id: "1"), ServerSentEvent(data: "b", id: "1")]),
        ("id: 1\u{0}\ndata: a\n\n", [ServerSentEvent(data: "a")]),
        ("\u{feff}data: a\n\n", [ServerSentEvent(data: "a")]),
        ("data: not ended\n", []),
        ("data: ä🦀\n\n", [ServerSentEvent(data: "ä🦀")]),
    ])
    func `a stream is read as the standard says, with any line end and wherever it is cut`(
        text: String, expected: [ServerSentEvent]
    ) throws {
        for end in ["\n", "\r\n", "\r"] {
            let text = text.replacing("\n", with: end)
            #expect(try Self.parse([text]) == expected)
            let bytes = Array(text.utf8)
            for cut in bytes.indices {
                var parser = EventStreamParser(limit: 64)
                let events = try parser.append(bytes[..<cut]) + parser.append(bytes[cut...])
                #expect(events == expected, "cut at \(cut)")
            }
            var parser = EventStreamParser(limit: 64)
            #expect(try bytes.flatMap { try parser.append([$0]) } == expected)
        }
    }

    @Test func `a line or an event over the limit is an error, one at the limit is not`() throws {
        let longest = String(repeating: "x", count: 64 - "data: ".utf8.count)
        #expect(try Self.parse(["data: \(longest)\n\n"]).first?.data == longest)
        #expect(throws: EventStreamParser.TooLong(limit: 64)) { try Self.parse(["data: \(longest)x"]) }
        #expect(throws: EventStreamParser.TooLong(limit: 64)) {
            try Self.parse([": " + String(repeating: "x", count: 63)])
        }
        #expect(throws: EventStreamParser.TooLong(limit: 64)) {
            try Self.parse(Array(repeating: "data: 123456789\n", count: 7))
        }
    }
}
