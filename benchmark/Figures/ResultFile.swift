import Foundation

/// A CSV file that grows with every run: one row per figure, so that new figures need no new columns.
struct ResultFile: Sendable {
    static let columns = [
        "time", "benchmark", "guests", "viewers_per_guest", "seconds", "codec", "phase", "subject", "metric",
        "statistic", "unit", "value",
    ]

    private let path: String

    /// Looks at the file before anything is measured for it.
    ///
    /// - Throws: `BenchError.foreignResults` when its first line is not ours, `unwritable`.
    init(path: String) throws {
        self.path = path
        let manager = FileManager.default
        if !manager.fileExists(atPath: path), !manager.createFile(atPath: path, contents: nil) {
            throw BenchError.unwritable(path: path)
        }
        guard manager.isWritableFile(atPath: path), let data = manager.contents(atPath: path) else {
            throw BenchError.unwritable(path: path)
        }
        let header = String(decoding: data.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard data.isEmpty || header == Self.columns.joined(separator: ",") else {
            throw BenchError.foreignResults(path: path)
        }
    }

    /// Adds one run's rows.
    ///
    /// - Parameters:
    ///   - leading: the first columns of each, up to `codec`.
    ///   - rows: the columns from `phase` on.
    func append(_ leading: [String], _ rows: [[String]]) throws {
        guard let file = FileHandle(forWritingAtPath: path) else { throw BenchError.unwritable(path: path) }
        defer { try? file.close() }
        let isEmpty = try file.seekToEnd() == 0
        // No field holds a comma or a quote.
        let text = ((isEmpty ? [Self.columns] : []) + rows.map { leading + $0 })
            .map { $0.joined(separator: ",") + "\n" }.joined()
        try file.write(contentsOf: Data(text.utf8))
    }
}
