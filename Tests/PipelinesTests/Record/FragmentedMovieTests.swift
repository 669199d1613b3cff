import Foundation
import Testing

@testable import Pipelines

@Suite("Fragmented movies", .timeLimit(.minutes(1)))
struct FragmentedMovieTests {
    private static func box(_ type: String, _ size: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(size).bigEndian, Array.init) + Array(type.utf8)
            + [UInt8](repeating: 7, count: size - 8)
    }

    private static let head = box("ftyp", 24) + box("moov", 100)
    private static let fragment = box("moof", 60) + box("mdat", 200)

    /// - Returns: how many bytes are left of the file.
    private func left(of bytes: [UInt8]) throws -> Int {
        let path = NSTemporaryDirectory() + "loco-movie-\(UInt64.random(in: .min ... .max)).mp4"
        defer { unlink(path) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let cut = try FragmentedMovie.cutTorn(path)
        let left = try #require(FileManager.default.contents(atPath: path))
        #expect(left == Data(bytes.prefix(left.count)))
        #expect(left.count + cut == bytes.count)
        return left.count
    }

    @Test("Whatever is left of a fragment that was being written goes, and no whole one does")
    func torn() throws {
        let whole = Self.head + Self.fragment + Self.fragment
        for cut in [1, 7, 8, 30, 59, 60, 67, 68, 259] {
            #expect(try left(of: whole + Self.fragment.prefix(cut)) == whole.count, "after \(cut) bytes")
        }
        #expect(try left(of: whole) == whole.count)
        #expect(try left(of: whole + Self.box("mfra", 40)) == whole.count + 40)
    }

    @Test("A box longer than 4 GB is told by its long length")
    func long() throws {
        var torn = Self.box("mdat", 40)
        torn.replaceSubrange(0..<4, with: [0, 0, 0, 1])
        torn.replaceSubrange(8..<16, with: withUnsafeBytes(of: UInt64(5_000_000_000).bigEndian, Array.init))
        let whole = Self.head + Self.fragment
        #expect(try left(of: whole + Self.box("moof", 60) + torn) == whole.count)
    }

    @Test("Without a whole fragment, or where it is no movie, a file stays as it is")
    func foreign() throws {
        for bytes in [[], Self.head, Self.head + Self.fragment.prefix(70), Array("no movie at all".utf8)] {
            #expect(try left(of: bytes) == bytes.count)
        }
    }

    @Test("A file that is not there is told by its name")
    func missing() {
        #expect { try FragmentedMovie.cutTorn("/nonexistent/a.mp4") } throws: { "\($0)".contains("/nonexistent/a.mp4") }
    }
}
