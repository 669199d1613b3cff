import Hummingbird

/// Gives a request the id that it brought, or its own, also as a header field, so that whoever passes it on passes the
/// id on too.
struct RequestIDMiddleware: RouterMiddleware {
    typealias Context = LocoRequestContext

    func handle(
        _ request: Request, context: LocoRequestContext, next: (Request, LocoRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let given = CorrelationID.given(in: request.headers) { context.requestID = given }
        var head = request.head
        head.headerFields[CorrelationID.field] = context.requestID
        return try await next(Request(head: head, body: request.body), context)
    }
}
