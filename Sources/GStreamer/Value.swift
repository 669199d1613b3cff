/// A property, field or statistic of GStreamer as a plain Swift value.
public indirect enum Value: Sendable, Equatable {
    case bool(Bool)
    /// A 32-bit signed integer; also an enumeration's number.
    case int(Int32)
    /// A 32-bit unsigned integer; also a set of flags.
    case uint(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    /// A string; for an enumeration or flags property also the nick, such as `ultrafast`.
    case string(String)
    case fraction(Int32, Int32)
    case list([Value])
    case structure(Structure)
    case caps(Caps)
    /// Something this module has no use for; the payload is its GType's name.
    case opaque(String)

    /// The value as a whole number, where it is one.
    public var integer: Int64? {
        switch self {
        case .int(let value): Int64(value)
        case .uint(let value): Int64(value)
        case .int64(let value): value
        case .uint64(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The value as a floating-point number, where it is a number.
    public var number: Double? {
        if case .double(let value) = self { return value }
        return integer.map(Double.init)
    }

    /// The text of a string value.
    public var text: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    /// The items of a list or array value.
    public var items: [Value]? {
        if case .list(let value) = self { return value }
        return nil
    }
}

extension Value: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral
{
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A 32-bit signed integer, as C's literals are.
    public init(integerLiteral value: Int32) { self = .int(value) }
    /// A double.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A string, or an enumeration's nick.
    public init(stringLiteral value: String) { self = .string(value) }
}
