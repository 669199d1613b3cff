/// Why a set of instances cannot be the active one.
public enum ActiveSetError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There are more than ``ActiveSet/limit``.
    case tooMany(count: Int)

    /// One sentence with the limit.
    public var description: String {
        switch self {
        case .tooMany(let count): "\(count) instances are too many: at most \(ActiveSet.limit) can be active at a time"
        }
    }
}
