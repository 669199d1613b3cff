import Foundation
import HTTPTypes

/// Who may talk to a service: the token, the origins a browser may come from, and the names it may be called by.
struct AccessPolicy: Sendable {
    /// The name of the cookie that carries the token after a page was opened with `?token=`.
    static let cookieName = "loco_token"

    /// The bearer token; `nil` leaves the service open, which is only allowed on a loopback address.
    var token: String?
    /// Origins besides the service's own, as `https://host:port`.
    var allowedOrigins: [String] = []
    /// Paths that need no token.
    var openPaths: Set<String> = ["/health", "/ready", "/version"]

    /// How a request presented its token.
    enum Credential: Equatable {
        /// No token is configured, or the path is open.
        case notNeeded
        case header
        case cookie
        case query
    }

    /// Checks the token.
    /// - Throws: ``APIError/unauthorized``.
    func authorize(path: String, queryToken: String?, headers: HTTPFields) throws -> Credential {
        guard let token, !openPaths.contains(path) else { return .notNeeded }
        if let value = headers[.authorization], value.lowercased().hasPrefix("bearer "),
            Self.equal(String(value.dropFirst(7)).trimmingCharacters(in: .whitespaces), token)
        {
            return .header
        }
        if let queryToken, Self.equal(queryToken, token) { return .query }
        if Self.cookies(headers).contains(where: { $0.name == Self.cookieName && Self.equal($0.value, token) }) {
            return .cookie
        }
        throw APIError.unauthorized
    }

    /// Whether a browser's page may make the request. No `Origin` means that no browser page is behind it.
    func allowsOrigin(_ headers: HTTPFields, authority: String?) -> Bool {
        guard let origin = headers[.origin] else { return true }
        return isAllowed(origin: origin, authority: authority)
    }

    /// Whether `origin` is the service's own or a configured one.
    func isAllowed(origin: String, authority: String?) -> Bool {
        if allowedOrigins.contains(where: { $0.caseInsensitiveCompare(origin) == .orderedSame }) { return true }
        guard let authority, let url = URL(string: origin), let scheme = url.scheme, let host = url.host() else {
            return false
        }
        // Behind a TLS proxy the scheme of our own address is not known, so either one's default port is taken off.
        let bare = url.port.map { "\(Self.bracketed(host)):\($0)" } ?? Self.bracketed(host)
        let own =
            [":80", ":443"].first { scheme == ($0 == ":80" ? "http" : "https") && authority.hasSuffix($0) }
            .map { String(authority.dropLast($0.count)) } ?? authority
        return own.caseInsensitiveCompare(bare) == .orderedSame
    }

    /// Whether the service may be called by the name in `authority`. Without a token, any name could be made to
    /// point here by somebody else's DNS (rebinding), so only addresses, `localhost` and the hosts of the allowed
    /// origins are taken.
    func allowsHost(_ authority: String?) -> Bool {
        guard token == nil, let authority, !authority.isEmpty else { return true }
        guard let host = URL(string: "http://\(authority)")?.host()?.lowercased() else { return false }
        if host == "localhost" || host.hasSuffix(".localhost") || host.contains(":") { return true }
        if host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ UInt8($0) != nil }) { return true }
        return allowedOrigins.contains { URL(string: $0)?.host()?.lowercased() == host }
    }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    private static func cookies(_ headers: HTTPFields) -> [(name: Substring, value: String)] {
        headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
            guard let equals = pair.firstIndex(of: "=") else { return nil }
            let value = String(pair[pair.index(after: equals)...])
            return (pair[..<equals].drop { $0 == " " }, value.removingPercentEncoding ?? value)
        }
    }

    /// Compares in a time that does not depend on where the difference is.
    private static func equal(_ given: String, _ expected: String) -> Bool {
        let given = Array(given.utf8)
        let expected = Array(expected.utf8)
        var difference = given.count ^ expected.count
        for index in expected.indices {
            difference |= Int(expected[index] ^ (index < given.count ? given[index] : 0))
        }
        return difference == 0
    }
}
