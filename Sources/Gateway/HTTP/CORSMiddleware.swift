import HTTPTypes
import Hummingbird

/// CORS for the configured origins, as WHEP asks: preflight requests are answered, `Location` and `Link` are exposed.
struct CORSMiddleware: RouterMiddleware {
    typealias Context = LocoRequestContext

    let policy: AccessPolicy

    func handle(
        _ request: Request, context: LocoRequestContext, next: (Request, LocoRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        let allowed = policy.isAllowed(origin: origin, authority: request.head.authority)
        var response: Response
        if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            response = Response(status: .noContent)
            if allowed {
                response.headers[.accessControlAllowMethods] = "GET, POST, PATCH, DELETE, OPTIONS"
                response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, If-Match"
                response.headers[.accessControlMaxAge] = "600"
            }
        } else {
            do {
                response = try await next(request, context)
            } catch let error as APIError {
                // An error must be readable by the page too.
                response = error.response()
            }
        }
        if allowed {
            response.headers[.accessControlAllowOrigin] = origin
            response.headers[.accessControlExposeHeaders] = "Location, Link, ETag, Accept-Patch"
        }
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        return response
    }
}
