/// What is wrong with an instances file.
public enum InstanceFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It cannot be read.
    case unreadable(path: String, reason: String)
    /// It is no JSON.
    case notJSON(path: String, reason: String)
    /// It is JSON, but no list of objects.
    case notAList(path: String)
    /// A key of an entry has a value it cannot have, or is missing.
    case badValue(path: String, index: Int, key: String, reason: String)
    /// An entry has a key that means nothing.
    case unknownKey(path: String, index: Int, key: String, known: [String])
    /// Two entries have one id.
    case duplicate(path: String, index: Int, id: String)

    /// One sentence with file, entry and key.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .notJSON(let path, let reason): "\(path) is not JSON (with // comments): \(reason)"
        case .notAList(let path): "\(path) must hold a list of objects, one per instance"
        case .badValue(let path, let index, let key, let reason): "\(path): entry \(index), \"\(key)\": \(reason)"
        case .unknownKey(let path, let index, let key, let known):
            "\(path): entry \(index) has the unknown key \"\(key)\"; known are \(known.joined(separator: ", "))"
        case .duplicate(let path, let index, let id): "\(path): entry \(index) has the id \(id) a second time"
        }
    }
}
