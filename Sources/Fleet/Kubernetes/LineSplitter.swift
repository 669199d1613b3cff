import Foundation

/// Puts lines together from a stream's chunks. What is left after the last newline is no line yet, and is forgotten when
/// the stream is cut there.
public struct LineSplitter: Sendable {
    /// A line is longer than allowed.
    public struct TooLong: Error, Sendable, Equatable, CustomStringConvertible {
        /// Bytes allowed.
        public let limit: Int
        /// One sentence.
        public var description: String { "a line of the watch is longer than \(limit) bytes" }
    }

    private let limit: Int
    private var rest = Data()

    /// Allows lines of up to `limit` bytes.
    public init(limit: Int) {
        self.limit = limit
    }

    /// Takes a chunk; gives the lines it completes, without their ends. Empty ones are left out.
    ///
    /// - Throws: `TooLong`.
    public mutating func append(_ chunk: some Collection<UInt8>) throws(TooLong) -> [Data] {
        var lines: [Data] = []
        var start = chunk.startIndex
        while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
            rest.append(contentsOf: chunk[start..<end])
            guard rest.count <= limit else { throw TooLong(limit: limit) }
            if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
            if !rest.isEmpty { lines.append(rest) }
            rest = Data()
            start = chunk.index(after: end)
        }
        rest.append(contentsOf: chunk[start...])
        guard rest.count <= limit else { throw TooLong(limit: limit) }
        return lines
    }
}
