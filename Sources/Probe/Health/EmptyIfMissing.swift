/// A list that a reader takes as empty where the writer, an older version, did not know it.
@propertyWrapper
public struct EmptyIfMissing<Element: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    /// The list.
    public var wrappedValue: [Element]

    /// Wraps a list.
    public init(wrappedValue: [Element] = []) {
        self.wrappedValue = wrappedValue
    }

    /// Reads a list.
    public init(from decoder: any Decoder) throws {
        wrappedValue = try [Element](from: decoder)
    }

    /// Writes the list.
    public func encode(to encoder: any Encoder) throws {
        try wrappedValue.encode(to: encoder)
    }
}

extension KeyedDecodingContainer {
    /// Reads a list that may be missing altogether.
    public func decode<Element>(
        _ type: EmptyIfMissing<Element>.Type, forKey key: Key
    ) throws -> EmptyIfMissing<Element> {
        try decodeIfPresent(type, forKey: key) ?? EmptyIfMissing()
    }
}
