/// Keeps secrets out of logs, whoever put them into a message. Nothing of ours logs one on purpose; addresses and errors
/// of others may carry them.
enum LogSecrets {
    /// What stands in a secret's place.
    static let redacted = "[redacted]"

    private static let names = ["token", "secret", "password", "authorization", "cookie"]
    private static let marks = ["token=", "Bearer ", "bearer "]

    /// Whether metadata of this name is a secret by its name.
    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return names.contains { name.hasSuffix($0) }
    }

    /// The text with what follows `token=` and `Bearer` taken out.
    static func redact(_ text: String) -> String {
        var text = text
        for mark in marks {
            var rest = text[...]
            guard rest.contains(mark) else { continue }
            var clean = ""
            while let range = rest.firstRange(of: mark) {
                clean += rest[..<range.upperBound]
                rest = rest[range.upperBound...]
                let end = rest.firstIndex { $0.isWhitespace || "&\"'#,;".contains($0) } ?? rest.endIndex
                if end > rest.startIndex { clean += redacted }
                rest = rest[end...]
            }
            text = clean + rest
        }
        return text
    }
}
