import HTTPTypes

/// What a WebSocket handler knows of the request that opened its socket.
struct RequestInfo: Sendable {
    /// The path without the query.
    let path: String
    /// Values of the `{name}` parts of the route's path, percent-decoded.
    let parameters: [String: String]
    /// The query's values, percent-decoded; the first of each name. The access token is left out.
    let query: [String: String]
    /// The request's header fields.
    let headers: HTTPFields
    /// What the caller may do.
    let scope: AccessScope
    /// The peer's address, as `127.0.0.1:12345`.
    let remoteAddress: String?
}
