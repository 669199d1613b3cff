import Testing

@testable import Fleet

@Suite("LineRing")
struct LineRingTests {
    /// `#expect` cannot hold a mutating call, so its result comes by value.
    private func check(_ holds: Bool, at place: SourceLocation = #_sourceLocation) {
        #expect(holds, sourceLocation: place)
    }

    @Test("lines are assembled from pieces, and carriage returns before a line end go")
    func pieces() {
        var ring = LineRing()
        check(ring.append("ab".utf8).isEmpty)
        check(ring.append("c\r\nd\n\ne".utf8) == ["abc", "d", ""])
        check(ring.flush() == "e")
        check(ring.flush() == nil)
        #expect(ring.lines == ["abc", "d", "", "e"])
    }

    @Test("it holds no more lines and no longer lines than it may")
    func bounded() {
        var ring = LineRing(capacity: 3, maximumLength: 4)
        _ = ring.append("123456789\n1\n2\n3\n".utf8)
        #expect(ring.lines == ["1", "2", "3"])
        #expect(ring.total == 4)
        var long = LineRing(capacity: 3, maximumLength: 4)
        check(long.append("123456789\n".utf8) == ["1234"])
    }
}
