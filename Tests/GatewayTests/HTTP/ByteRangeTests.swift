import Testing

@testable import Gateway

struct ByteRangeTests {
    @Test(
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-99", .part(0...99)), ("bytes=100-", .part(100...999)),
            ("Bytes=0-5000", .part(0...999)), ("bytes=-10", .part(990...999)), ("bytes=-5000", .part(0...999)),
            ("bytes=999-999", .part(999...999)), ("bytes=1000-", .unsatisfiable), ("bytes=1000-2000", .unsatisfiable),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            // What is no range may be ignored, and several may be answered with all.
            ("bytes=5-2", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole), ("bytes=+1-2", .whole),
            ("lines=0-1", .whole),
            ("bytes=0-1,5-6", .whole), ("bytes=1-2-3", .whole), ("bytes=", .whole),
        ] as [(String?, ByteRange)])
    func `a part of a file is what the standard says`(field: String?, range: ByteRange) {
        #expect(ByteRange(field, of: 1000) == range)
    }

    @Test func `an empty file has no part`() {
        #expect(ByteRange("bytes=0-", of: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", of: 0) == .unsatisfiable)
        #expect(ByteRange(nil, of: 0) == .whole)
    }
}
