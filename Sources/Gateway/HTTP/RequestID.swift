import HTTPTypes

/// The id that one request has in the log lines of every process it passes: made by the first of them, or by its
/// client.
enum RequestID {
    /// The header field that carries it.
    static let field = HTTPField.Name("X-Request-Id")!

    /// A new one: 16 of 0-9 and a-z.
    static func make() -> String {
        let text = String(UInt64.random(in: .min ... .max), radix: 36)
        return String(repeating: "0", count: max(0, 16 - text.count)) + text
    }

    /// The one that a request brings; `nil` for none, or for one that is not 8 to 64 of A-Z, a-z, 0-9, '_' and '-':
    /// it goes into log lines and into other requests.
    static func given(_ headers: HTTPFields) -> String? {
        guard let text = headers[field], (8...64).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else {
            return nil
        }
        return text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
