import Foundation
import HTTPTypes
import Hummingbird

/// An error as a client sees it: a status and `{"error":{"code","message"}}`. The code is stable, the message is for
/// people and says what to do.
struct APIError: HTTPResponseError, Equatable, CustomStringConvertible {
    /// The HTTP status.
    var status: HTTPResponse.Status
    /// A stable name for programs, as `not-found`.
    var code: String
    /// What happened and the remedy.
    var message: String
    /// Extra header fields of the response.
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String, headers: HTTPFields = [:]) {
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
    }

    var description: String { "\(status.code) \(code): \(message)" }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        response()
    }

    /// The response that tells it.
    func response() -> Response {
        var response = Response.json(APIErrorBody(code: code, message: message), status: status)
        response.headers.append(contentsOf: headers)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    // MARK: The ones more than one place needs

    /// 400 with what is wrong.
    static func badRequest(_ message: String) -> APIError { APIError(.badRequest, "bad-request", message) }

    /// 404 naming the thing.
    static func notFound(_ message: String) -> APIError { APIError(.notFound, "not-found", message) }

    /// 413 naming the limit.
    static func tooLarge(limit: Int) -> APIError {
        APIError(.contentTooLarge, "too-large", "the body is larger than \(limit) bytes")
    }

    /// 415 naming what is taken.
    static func unsupportedMediaType(expected: String) -> APIError {
        APIError(.unsupportedMediaType, "unsupported-media-type", "send Content-Type: \(expected)")
    }

    /// 401.
    static let unauthorized = APIError(
        .unauthorized, "unauthorized",
        "a token is required: send 'Authorization: Bearer <token>', or open the page with ?token=<token>",
        headers: [.wwwAuthenticate: "Bearer"])

    /// 401 for a service that only programs talk to.
    static let tokenRequired = APIError(
        .unauthorized, "unauthorized", "a token is required: send 'Authorization: Bearer <token>'",
        headers: [.wwwAuthenticate: "Bearer"])

    /// 403 for a token that nobody was given.
    static let wrongToken = APIError(
        .forbidden, "wrong-token", "the token that came with the request is not the right one")

    /// 403 naming the scope that is needed and the one that is there.
    static func forbidden(needs: AccessScope, holds: AccessScope) -> APIError {
        APIError(
            .forbidden, "forbidden",
            "this needs a token of scope \(needs.rawValue); the one that came with the request has \(holds.rawValue)")
    }

    /// 403 for a page of another origin.
    static let originRefused = APIError(
        .forbidden, "origin-refused",
        "requests from this origin are refused; add the origin to hub.allowedOrigins to allow it")

    /// 403 for a name that is not ours.
    static let hostRefused = APIError(
        .forbidden, "host-refused",
        "this host name is refused without a token; use an address or localhost, or add it to hub.allowedOrigins")
}
