import Hummingbird

/// Takes over the id that the client gave its request, so that its log lines and ours name the same thing.
struct RequestIDMiddleware: RouterMiddleware {
    typealias Context = LocoRequestContext

    func handle(
        _ request: Request, context: LocoRequestContext, next: (Request, LocoRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let id = CorrelationID.given(in: request.headers) else { return try await next(request, context) }
        var context = context
        context.requestID = id
        return try await next(request, context)
    }
}
