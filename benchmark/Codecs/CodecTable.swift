import Foundation

/// The file that `bench codecs` writes: a header, then one line per measured combination.
struct CodecTable: Sendable {
    static let columns = [
        "replicas", "fps", "bitrate", "codec", "encoder", "preset", "width", "height", "target_fps",
        "cpu_percent_per_guest", "rss_mb_per_guest", "encode_ms_p50", "encode_ms_p95", "glass_ms_p50", "glass_ms_p95",
        "psnr_y_db", "ssim", "dropped_frames", "source", "machine", "version", "started_at",
    ]

    let path: String
    /// What the file holds, in its order.
    private(set) var rows: [CodecRow]

    /// Reads a file that exists.
    ///
    /// - Throws: `BenchError.noResults` where there is none, `foreignResults` where its first line is not ours,
    ///   `malformedResults` with the line that is no row.
    init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw BenchError.noResults(path: path) }
        try self.init(path: path, text: String(decoding: data, as: UTF8.self))
    }

    /// Opens a file to append to, with what it holds; makes one with the header alone where there is none. A last line
    /// without an end, of a program or machine that was cut short, is taken away.
    ///
    /// - Throws: what ``init(contentsOf:)`` throws, and `BenchError.unwritable`.
    init(appendingTo path: String) throws {
        let held = FileManager.default.contents(atPath: path) ?? Data()
        let whole = held.lastIndex(of: UInt8(ascii: "\n")).map { held[...$0] } ?? Data()
        // Before anything is cut off: what is not ours stays as it is.
        let header = Self.columns.joined(separator: ",")
        if whole.isEmpty {
            guard header.hasPrefix(String(decoding: held, as: UTF8.self)) else {
                throw BenchError.foreignResults(path: path)
            }
            try Self.write(path: path, keeping: 0, header + "\n")
            try self.init(path: path, text: header)
        } else {
            try self.init(path: path, text: String(decoding: whole, as: UTF8.self))
            try Self.write(path: path, keeping: whole.count)
        }
    }

    private init(path: String, text: String) throws {
        self.path = path
        // Swift takes "\r\n" for one character: `isNewline` covers that of a file that a spreadsheet has saved.
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.first.map(String.init) == Self.columns.joined(separator: ",") else {
            throw BenchError.foreignResults(path: path)
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        rows = try lines.enumerated().dropFirst().map { number, line in
            guard let row = Self.fields(of: line).flatMap(CodecRow.init(fields:)) else {
                throw BenchError.malformedResults(path: path, line: number + 1)
            }
            return row
        }
    }

    /// Adds a row; when it returns, the row is on the disk.
    ///
    /// - Throws: `BenchError.unwritable`.
    mutating func append(_ row: CodecRow) throws {
        try Self.write(path: path, keeping: nil, row.fields.map(Self.quoted).joined(separator: ",") + "\n")
        rows.append(row)
    }

    /// The row of a combination that was measured on this machine with this version already; the newest of several.
    func row(of subject: CodecRow.Subject, machine: String, version: String) -> CodecRow? {
        rows.last { $0.subject == subject && $0.machine == machine && $0.version == version }
    }

    // MARK: The file

    /// Writes at the end, in one go, so that a signal leaves whole lines.
    ///
    /// - Parameter size: what is kept of the file, in bytes; nil for all.
    private static func write(path: String, keeping size: Int?, _ text: String = "") throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw BenchError.unwritable(path: path) }
        defer { close(descriptor) }
        if let size, ftruncate(descriptor, size) != 0 { throw BenchError.unwritable(path: path) }
        let bytes = Array(text.utf8)
        guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw BenchError.unwritable(path: path)
        }
    }

    /// A field as RFC 4180 wants it.
    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { $0 == "," || $0 == "\"" }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }

    /// A line's fields; nil where a quote is left open or stands within a field.
    private static func fields(of line: Substring) -> [String]? {
        var fields = [""]
        var (quoted, closed) = (false, false)
        for character in line {
            switch character {
            case "\"" where quoted: (quoted, closed) = (false, true)
            case "\"" where closed:
                // Doubled: one that belongs to the text.
                fields[fields.count - 1].append("\"")
                (quoted, closed) = (true, false)
            case "\"":
                guard fields[fields.count - 1].isEmpty else { return nil }
                quoted = true
            case "," where !quoted:
                fields.append("")
                closed = false
            default:
                guard !closed else { return nil }
                fields[fields.count - 1].append(character)
            }
        }
        return quoted ? nil : fields
    }
}
