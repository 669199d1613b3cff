import Foundation

/// A path with `{name}` parts, matched part by part.
struct PathPattern: Sendable {
    private enum Part: Equatable {
        case literal(Substring)
        case parameter(String)
    }

    private let parts: [Part]

    init(_ pattern: String) {
        parts = pattern.split(separator: "/").map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? .parameter(String(part.dropFirst().dropLast())) : .literal(part)
        }
    }

    /// The parameters' values, percent-decoded, or `nil` when the path does not match.
    func match(_ path: some StringProtocol) -> [String: String]? {
        let given = path.split(separator: "/")
        guard given.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (part, value) in zip(parts, given) {
            switch part {
            case .literal(let literal):
                guard literal == value else { return nil }
            case .parameter(let name):
                guard let decoded = String(value).removingPercentEncoding else { return nil }
                values[name] = decoded
            }
        }
        return values
    }
}
