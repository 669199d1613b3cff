import Foundation
import HTTPTypes

/// Who may talk to a service: the tokens, the origins a browser may come from, and the names it may be called by.
struct AccessPolicy: Sendable {
    /// The name of the cookie that carries the token after a page was opened with `?token=`.
    static let cookieName = "loco_token"

    /// A hub's word to a node how little of its own rights the viewer behind it has. It lowers, whoever sends it.
    static let scopeField = HTTPField.Name("Loco-Scope")!

    /// The token of scope admin; `nil` leaves the service open, which is only allowed on a loopback address.
    var token: String?
    /// The token of scope control; `nil` for none.
    var controlToken: String?
    /// The token of scope view; `nil` for none.
    var viewToken: String?
    /// Origins besides the service's own, as `https://host:port`.
    var allowedOrigins: [String] = []
    /// Paths that need no token.
    var openPaths: Set<String> = ["/health", "/ready", "/version"]

    /// Only the header counts, for those who are no browsers; and a token that is wrong is told from none.
    var isForPrograms = false

    /// What the configuration says.
    init(_ configuration: LocoConfiguration) {
        token = configuration.token
        controlToken = configuration.controlToken
        viewToken = configuration.viewToken
        allowedOrigins = configuration.hub.allowedOrigins
    }

    /// An open service, unless it is given a token.
    init(token: String? = nil) { self.token = token }

    /// How a request presented its token.
    enum Credential: Equatable {
        /// No token is configured, or the path is open.
        case notNeeded
        case header
        case cookie
        case query
    }

    /// A request that was let in.
    struct Admission: Equatable {
        /// What it may do.
        let scope: AccessScope
        let credential: Credential
    }

    /// Checks the token: that of the header before that of the query before that of the cookie.
    /// - Throws: ``APIError/unauthorized``.
    func authorize(path: String, queryToken: String?, headers: HTTPFields) throws -> Admission {
        let (scope, credential) = try caller(path: path, queryToken: queryToken, headers: headers)
        // A word that is not known is taken for the least.
        let limit = headers[Self.scopeField].map { AccessScope(rawValue: $0) ?? .view } ?? scope
        return Admission(scope: min(scope, limit), credential: credential)
    }

    private func caller(path: String, queryToken: String?, headers: HTTPFields) throws -> (AccessScope, Credential) {
        guard token != nil else { return (.admin, .notNeeded) }
        if let value = headers[.authorization], value.lowercased().hasPrefix("bearer "),
            let scope = scope(of: String(value.dropFirst(7)).trimmingCharacters(in: .whitespaces))
        {
            return (scope, .header)
        }
        guard !isForPrograms else {
            if openPaths.contains(path) { return (.view, .notNeeded) }
            throw headers[.authorization] == nil ? APIError.tokenRequired : APIError.wrongToken
        }
        if let queryToken, let scope = scope(of: queryToken) { return (scope, .query) }
        let cookies = Self.cookies(headers).filter { $0.name == Self.cookieName }
        if let scope = cookies.lazy.compactMap({ scope(of: $0.value) }).first { return (scope, .cookie) }
        guard openPaths.contains(path) else { throw APIError.unauthorized }
        return (.view, .notNeeded)
    }

    /// What a token is good for. All are compared, so that the time does not tell which one was nearly right.
    private func scope(of given: String) -> AccessScope? {
        var found: AccessScope?
        for (token, scope) in [(viewToken, AccessScope.view), (controlToken, .control), (token, .admin)] {
            if Self.equal(given, token ?? "") && token != nil { found = scope }
        }
        return found
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
