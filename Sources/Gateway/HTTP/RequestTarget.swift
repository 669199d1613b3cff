import Foundation

/// A request's target taken apart: path and query, with the access token apart so that nothing logs it.
struct RequestTarget: Sendable {
    /// The path as it was sent.
    let path: String
    /// The query's values, percent-decoded, without the token.
    let query: [String: String]
    /// The value of `token=`.
    let token: String?

    init(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        var query: [String: String] = [:]
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(sides[0])
            if query[name] == nil { query[name] = sides.count > 1 ? Self.decoded(sides[1]) : "" }
        }
        token = query.removeValue(forKey: "token")
        self.query = query
    }

    /// The target without the token, for a redirect or a log line.
    var redacted: String {
        guard !query.isEmpty else { return path }
        var components = URLComponents()
        components.queryItems = query.sorted { $0.key < $1.key }.map { URLQueryItem(name: $0.key, value: $0.value) }
        return path + "?" + (components.percentEncodedQuery ?? "")
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = text.replacing("+", with: " ")
        return String(spaced).removingPercentEncoding ?? String(spaced)
    }
}
