/// An instance's name: lower-case letters, digits and dashes, at most 63 characters, as in `instance-0`.
///
/// It is used in paths, URLs and host names; nothing else can get into one.
public struct InstanceID: Sendable, Hashable, Comparable, CustomStringConvertible, Codable {
    /// The name.
    public let rawValue: String

    /// Accepts `[a-z0-9][a-z0-9-]{0,62}`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard (1...63).contains(bytes.count), bytes[0] != UInt8(ascii: "-"), bytes.allSatisfy(Self.isAllowed) else {
            return nil
        }
        rawValue = String(text)
    }

    /// `instance-<ordinal>`.
    public init(ordinal: Int) {
        rawValue = "instance-\(max(0, ordinal))"
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// The number after the last dash, nil when there is none: 3 of `instance-3`.
    public var ordinal: Int? {
        guard let dash = rawValue.lastIndex(of: "-") else { return Int(rawValue) }
        return Int(rawValue[rawValue.index(after: dash)...])
    }

    /// The name.
    public var description: String { rawValue }

    /// By ordinal, then by name, so that `instance-10` follows `instance-9`.
    public static func < (left: InstanceID, right: InstanceID) -> Bool {
        let (a, b) = (left.ordinal ?? .max, right.ordinal ?? .max)
        return a == b ? left.rawValue < right.rawValue : a < b
    }

    /// Reads a JSON string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = InstanceID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is no instance id ([a-z0-9][a-z0-9-]{0,62})")
        }
        self = id
    }

    /// Writes a JSON string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
