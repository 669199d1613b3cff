import Foundation

/// Writes files that a reader sees whole or not at all.
public enum AtomicFile {
    /// Writes `value` as JSON with sorted keys and ISO 8601 dates, readable by the owner alone.
    ///
    /// - Throws: `RunDirectoryError.cannotWrite`, or what encoding throws.
    public static func writeJSON(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        try write(try encoder.encode(value), to: path)
    }

    /// Writes `data` beside `path`, then moves it there in one step.
    public static func write(_ data: Data, to path: String) throws {
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw RunDirectoryError.cannotWrite(path: path, reason: errnoText()) }
        let written = data.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let reason = errnoText()
        close(descriptor)
        guard written == data.count else {
            unlink(temporary)
            throw RunDirectoryError.cannotWrite(path: path, reason: reason)
        }
        guard rename(temporary, path) == 0 else {
            unlink(temporary)
            throw RunDirectoryError.cannotWrite(path: path, reason: errnoText())
        }
    }

    /// Reads a value written by `writeJSON`; nil when the file does not exist.
    ///
    /// - Throws: `RunDirectoryError.cannotRead` when it holds something else.
    public static func readJSON<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            return try decoder.decode(type, from: data)
        } catch {
            throw RunDirectoryError.cannotRead(path: path, reason: "\(error)")
        }
    }
}
