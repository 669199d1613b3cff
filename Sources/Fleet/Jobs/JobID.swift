import Foundation

/// What a job is called: any text of 1 to 80 bytes without NUL. Its file name is made from it so that no two ids have the
/// same one and none leads anywhere else.
public struct JobID: Sendable, Hashable, Comparable, CustomStringConvertible, Codable {
    /// The most bytes: a file name has 255, and a byte may take three.
    public static let maximumLength = 80

    /// The name.
    public let rawValue: String

    /// Accepts 1 to 80 bytes without NUL; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard (1...Self.maximumLength).contains(text.utf8.count), !text.utf8.contains(0) else { return nil }
        rawValue = String(text)
    }

    /// The id of a command that was given none: the name of the script that it has an interpreter run, else the
    /// program's, without folder and file extension.
    public init(executable: String, arguments: [String]) {
        var path = executable
        if Self.isInterpreter(Self.name(of: executable)), let script = arguments.first(where: { !$0.hasPrefix("-") }) {
            path = script
        }
        var name = Self.name(of: path)
        while name.utf8.count > Self.maximumLength { name.removeLast() }
        self = JobID(name) ?? JobID("job").unsafelyUnwrapped
    }

    private static let interpreters: Set<String> = [
        "sh", "bash", "dash", "zsh", "ksh", "perl", "ruby", "node", "lua", "php", "Rscript", "wine", "wine64",
    ]

    private static func isInterpreter(_ name: String) -> Bool {
        interpreters.contains(name) || name.hasPrefix("python") || name.hasPrefix("pypy")
    }

    private static func name(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        let end = name[name.index(after: dot)...]
        // Letters, so that python3.11 keeps its version.
        guard (1...5).contains(end.count), end.allSatisfy({ $0.isASCII && $0.isLetter }) else { return name }
        return String(name[..<dot])
    }

    /// Its name in a folder: letters, digits, `_` and `-` as they are, every other byte as `%` and two digits.
    public var fileName: String {
        rawValue.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: String(format: "%%%02x", byte)
            }
        }
        .joined()
    }

    /// The name.
    public var description: String { rawValue }

    /// By their bytes.
    public static func < (left: JobID, right: JobID) -> Bool { left.rawValue < right.rawValue }

    // Swift takes texts for equal that are written in different bytes; files, and people's programs, do not.

    /// Equal in every byte.
    public static func == (left: JobID, right: JobID) -> Bool { left.rawValue.utf8.elementsEqual(right.rawValue.utf8) }

    /// By its bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in rawValue.utf8 { hasher.combine(byte) }
    }

    /// Reads a JSON string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = JobID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a job id has 1 to \(Self.maximumLength) bytes and no NUL")
        }
        self = id
    }

    /// Writes a JSON string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
