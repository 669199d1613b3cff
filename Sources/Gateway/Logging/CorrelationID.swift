import HTTPTypes

/// Names one request across processes: in the page's or hub's log, in the node's, and in the response's `X-Request-Id`.
enum CorrelationID {
    /// The header field that carries it.
    static let field = HTTPField.Name("X-Request-Id")!

    /// A new one.
    static func make() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 36)
        return String(repeating: "0", count: max(0, 13 - digits.count)) + digits
    }

    /// The one that the client gave, if it is fit for a log: 8 to 64 letters, digits, `_` and `-`.
    static func given(in headers: HTTPFields) -> String? {
        guard let text = headers[field], (8...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            })
        else { return nil }
        return text
    }
}
