import Testing

@testable import Pipelines

@Suite("What a file's header says of its picture")
struct StreamSignatureTests {
    private let start: [UInt8] = [0, 0, 0, 1]

    @Test("Parameter sets count, and nothing else of an access unit")
    func parameterSets() {
        let sets: [UInt8] = [0x67, 66, 1, 2] + start + [0x68, 9, 8]
        let unit = start + sets + start + [0x06, 5, 5] + start + [0x65, 1, 2, 3]
        let same = start + sets + start + [0x06, 7] + [0, 0, 1] + [0x65, 4, 4, 4]
        let other = start + [0x67, 66, 1, 3] + start + [0x68, 9, 8] + start + [0x65, 1, 2, 3]
        func read(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes(StreamSignature.parameterSets) }
        #expect(read(unit).count >= 7)
        #expect(read(unit) == read(same))
        #expect(read(unit) != read(other))
        #expect(read([]) == [])
        #expect(read([0, 0]) == [])
    }
}
