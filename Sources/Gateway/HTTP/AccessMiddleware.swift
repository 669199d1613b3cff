import Foundation
import HTTPTypes
import Hummingbird

/// Keeps ``AccessPolicy`` for HTTP requests: host name, token and its scope, and the origin of requests that change
/// something.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = LocoRequestContext

    let policy: AccessPolicy

    func handle(
        _ request: Request, context: LocoRequestContext, next: (Request, LocoRequestContext) async throws -> Response
    ) async throws -> Response {
        let authority = request.head.authority
        guard policy.allowsHost(authority) else { throw APIError.hostRefused }
        let isUpgrade = request.headers[.upgrade] != nil
        if isUpgrade || ![.get, .head, .options].contains(request.method) {
            guard policy.allowsOrigin(request.headers, authority: authority) else { throw APIError.originRefused }
        }
        // A preflight request carries no credentials by the standard.
        if request.method == .options { return try await next(request, context) }
        let target = RequestTarget(request.head.path ?? "/")
        let admission = try policy.authorize(
            path: request.uri.path, queryToken: target.token, headers: request.headers)
        var context = context
        context.scope = admission.scope
        // By the route that was found: a path can be written in more ways than one.
        if let path = context.endpointPath {
            let needed = RouteScopes.scope(method: request.method.rawValue, path: path)
            guard admission.scope >= needed else { throw APIError.forbidden(needs: needed, holds: admission.scope) }
        }
        guard admission.credential == .query, !isUpgrade, let token = target.token else {
            return try await next(request, context)
        }
        // The token goes from the address bar into a cookie that no script can read.
        let asksForPage = request.method == .get && request.headers[.accept]?.contains("text/html") == true
        var response =
            asksForPage
            ? Response(status: .seeOther, headers: [.location: target.redacted, .cacheControl: "no-store"])
            : try await next(request, context)
        response.setCookie(
            Cookie(
                name: AccessPolicy.cookieName, value: Self.encoded(token), path: "/", httpOnly: true,
                sameSite: .strict))
        return response
    }

    private static func encoded(_ token: String) -> String {
        token.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
