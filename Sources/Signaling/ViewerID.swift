/// Names one viewer's session: 128 random bits in hex, so that knowing it is a capability to end it.
public struct ViewerID: Sendable, Hashable, CustomStringConvertible, LosslessStringConvertible {
    /// The id as 32 hexadecimal digits.
    public let description: String

    /// What others may see of it: enough to tell viewers apart, too little to end somebody's session.
    public var publicName: String { String(description.prefix(8)) }

    /// A fresh id.
    public init() {
        var generator = SystemRandomNumberGenerator()
        description = (0..<2).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// An id from a URL; nil where it cannot be one.
    public init?(_ description: String) {
        guard description.utf8.count == 32, description.allSatisfy(\.isHexDigit) else { return nil }
        self.description = description
    }
}
