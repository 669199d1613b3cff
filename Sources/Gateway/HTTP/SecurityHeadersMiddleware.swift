import HTTPTypes
import Hummingbird

/// Header fields that keep a browser strict with what it gets from here.
struct SecurityHeadersMiddleware: RouterMiddleware {
    typealias Context = LocoRequestContext

    /// Everything from this service only. Scripts and styles are files, never inline.
    static let contentSecurityPolicy = [
        "default-src 'self'", "connect-src 'self' ws: wss:", "img-src 'self' data: blob:", "media-src 'self' blob:",
        "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    func handle(
        _ request: Request, context: LocoRequestContext, next: (Request, LocoRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
        response.headers[HTTPField.Name("Cross-Origin-Opener-Policy")!] = "same-origin"
        if response.headers[.contentType]?.hasPrefix("text/html") == true {
            response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        }
        return response
    }
}
