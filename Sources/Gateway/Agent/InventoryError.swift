/// What is wrong with an inventory. A token is never part of it.
enum InventoryError: Error, Equatable, CustomStringConvertible {
    /// It cannot be read.
    case unreadable(path: String, reason: String)
    /// It is no YAML.
    case notYAML(path: String, reason: String)
    /// It has a key that means nothing.
    case unknownKey(path: String, line: Int, key: String, known: [String])
    /// A key has a value it cannot have, or is missing.
    case badValue(path: String, line: Int, key: String, reason: String)
    /// Somebody asks for a host that is not in it.
    case unknownClient(name: String, known: [String])

    var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .notYAML(let path, let reason): "\(path) is no YAML: \(reason)"
        case .unknownKey(let path, let line, let key, let known):
            "\(path):\(line): there is no key '\(key)'; known are \(known.joined(separator: ", "))"
        case .badValue(let path, let line, let key, let reason): "\(path):\(line): \(key): \(reason)"
        case .unknownClient(let name, let known):
            "there is no client '\(name)' in the inventory; it has \(known.joined(separator: ", "))"
        }
    }
}
