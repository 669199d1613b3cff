import Foundation
import Testing

@testable import Fleet

@Suite(.timeLimit(.minutes(1)))
struct LineSplitterTests {
    private func texts(_ lines: [Data]) -> [String] { lines.map { String(decoding: $0, as: UTF8.self) } }

    @Test(arguments: [1, 2, 3, 7, 100]) func `lines are the same however the stream is cut into chunks`(size: Int)
        throws
    {
        let bytes = Array("first\nsecond\r\n\n\nthird is longer\nno end".utf8)
        var splitter = LineSplitter(limit: 100)
        var lines: [Data] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += try splitter.append(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(texts(lines) == ["first", "second", "third is longer"])
        let last = try splitter.append("\n".utf8.map(\.self))
        #expect(texts(last) == ["no end"])
    }

    @Test func `a line that is too long is refused, with or without its end`() throws {
        var splitter = LineSplitter(limit: 4)
        let lines = try splitter.append(Array("abcd\nab".utf8))
        #expect(texts(lines) == ["abcd"])
        #expect(throws: LineSplitter.TooLong(limit: 4)) { try splitter.append(Array("cde".utf8)) }
        var other = LineSplitter(limit: 4)
        #expect(throws: LineSplitter.TooLong(limit: 4)) { try other.append(Array("abcde\n".utf8)) }
    }
}
