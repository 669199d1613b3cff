import HTTPTypes
import Hummingbird
import NIOCore

/// The outermost middleware: whatever is thrown becomes a JSON error, a path that exists with other methods becomes
/// 405, and the request's id goes out with the response. What an unexpected error says stays in the log.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = LocoRequestContext

    /// The methods of every route, to tell 405 from 404.
    let routes: RouteTable

    func handle(
        _ request: Request, context: LocoRequestContext, next: (Request, LocoRequestContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = apiError(for: error, request: request, context: context).response()
        }
        response.headers[CorrelationID.field] = context.requestID
        return response
    }

    private func apiError(for error: any Error, request: Request, context: LocoRequestContext) -> APIError {
        switch error {
        case let error as APIError:
            return error
        case is NIOTooManyBytesError:
            return APIError(.contentTooLarge, "too-large", "the body is too large")
        case let error as HTTPError where error.status == .notFound && error.body == nil:
            let methods = routes.methods(of: request.uri.path)
            guard methods.isEmpty else {
                let allow = methods.joined(separator: ", ")
                return APIError(
                    .methodNotAllowed, "method-not-allowed",
                    "\(request.method.rawValue) is not allowed here: use \(allow)",
                    headers: [.allow: allow])
            }
            return .notFound("there is nothing at \(request.uri.path)")
        case let error as HTTPError:
            let code = error.status.reasonPhrase.lowercased().replacing(" ", with: "-")
            return APIError(error.status, code, error.body ?? error.status.reasonPhrase, headers: error.headers)
        default:
            context.logger.error(
                "request failed",
                metadata: ["path": "\(request.uri.path)", "error": "\(error)", "type": "\(type(of: error))"])
            return APIError(
                .internalServerError, "internal",
                "the request failed inside; the log has it under request \(context.requestID)")
        }
    }
}
