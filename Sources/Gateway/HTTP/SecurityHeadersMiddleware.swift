import HTTPTypes
import Hummingbird

/// Header fields that keep a browser strict with what it gets from here.
struct SecurityHeadersMiddleware: RouterMiddleware {
    typealias Context = LocoRequestContext

    /// Everything from this service only. Scripts and styles are files, never inline.
    ///
    /// - Parameter authority: host and port that the browser asked for. Not every browser counts its WebSockets as 'self'.
    static func contentSecurityPolicy(authority: String?) -> String {
        // It comes from outside: nothing in it may begin another source or directive.
        let name = authority?.wholeMatch(of: /[A-Za-z0-9.:\[\]-]+/)?.output
        let sockets = name.map { " ws://\($0) wss://\($0)" } ?? ""
        return [
            "default-src 'self'", "connect-src 'self'" + sockets, "img-src 'self' data: blob:",
            "media-src 'self' blob:", "object-src 'none'", "base-uri 'none'", "form-action 'self'",
            "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    func handle(
        _ request: Request, context: LocoRequestContext, next: (Request, LocoRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
        response.headers[HTTPField.Name("Cross-Origin-Opener-Policy")!] = "same-origin"
        if response.headers[.contentType]?.hasPrefix("text/html") == true {
            response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy(authority: request.head.authority)
        }
        return response
    }
}
