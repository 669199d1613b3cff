import AsyncHTTPClient
import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Passes a client's request on to an instance's node and the answer back.
struct NodeProxy: Sendable {
    /// The largest session description taken, in bytes.
    static let maxDescription = 256 * 1024

    let registry: InstanceRegistry
    let client: NodeClient

    /// Request fields that are passed on; everything else, credentials first of all, stays here.
    private static let requestFields: [HTTPField.Name] = [.contentType, .accept, .ifMatch, CorrelationID.field]
    /// Response fields that are passed back.
    private static let responseFields = [
        "Content-Type", "ETag", "Link", "Accept-Patch", "Accept-Post", "Allow", "Cache-Control", "Retry-After",
    ]

    /// The instance a request names.
    /// - Throws: ``APIError`` 404.
    func instance(_ context: LocoRequestContext) async throws -> Instance {
        let id = context.parameters.get("id") ?? ""
        guard let instance = await registry.find(id) else {
            throw APIError(.notFound, "unknown-instance", "there is no instance '\(id)'; GET /api/instances lists them")
        }
        return instance
    }

    /// Passes a request on.
    /// - Parameters:
    ///   - path: the node's path, percent-encoded.
    ///   - scope: what the client may do, where its node has to know.
    ///   - limit: most bytes of the answer's body.
    /// - Throws: ``APIError`` 502 when the node does not answer, 504 when it does not in time.
    func pass(
        _ request: Request, body: ByteBuffer? = nil, to instance: Instance, path: String, scope: AccessScope? = nil,
        limit: Int = 1 << 20, deadline: Duration = .seconds(5)
    ) async throws -> Response {
        let answer = try await ask(
            request, body: body, of: instance, path: path, scope: scope, limit: limit, deadline: deadline)
        var response = Response(
            status: .init(code: answer.status),
            body: answer.body.readableBytes > 0 ? .init(byteBuffer: answer.body) : .init())
        for name in Self.responseFields {
            if let value = answer.headers.first(name: name), let field = HTTPField.Name(name) {
                response.headers[field] = value
            }
        }
        if let location = answer.headers.first(name: "Location") {
            response.headers[.location] = Self.location(location, instance: instance.id.rawValue)
        }
        return response
    }

    /// Passes a request on whose answer may be large: its body goes through as it comes, and is never held here.
    /// - Throws: ``APIError`` 502 when the node does not answer, 504 when it does not in time.
    func stream(
        _ request: Request, context: LocoRequestContext, to instance: Instance, path: String
    ) async throws -> Response {
        var headers = HTTPHeaders()
        for name in Self.requestFields + [.range, .ifRange, .ifNoneMatch] {
            if let value = request.headers[name] { headers.add(name: name.rawName, value: value) }
        }
        let answer: HTTPClientResponse
        do {
            answer = try await client.open(.GET, path, to: instance.address, headers: headers, deadline: .seconds(5))
        } catch { throw Self.unavailable(instance, error) }
        var response = Response(status: .init(code: Int(answer.status.code)))
        for name in Self.responseFields + ["Content-Range", "Accept-Ranges", "Content-Disposition"] {
            if let value = answer.headers.first(name: name), let field = HTTPField.Name(name) {
                response.headers[field] = value
            }
        }
        let length = answer.headers.first(name: "Content-Length").flatMap(Int.init)
        guard length != 0, answer.status != .notModified else { return response }
        let download = NodeDownload(body: answer.body)
        let body = ResponseBody(contentLength: length) { writer in try await download.write(to: &writer) }
        response.body = body.paced(context)
        return response
    }

    private static func unavailable(_ instance: Instance, _ failure: NodeClient.Failure) -> APIError {
        APIError(
            failure.reason == .timeout ? .gatewayTimeout : .badGateway, "node-unavailable",
            "the node of \(instance.id) does not answer: \(failure.message)")
    }

    /// Asks a node on behalf of a client's request, under the same request id.
    /// - Throws: ``APIError`` 502 when the node does not answer, 504 when it does not in time.
    func ask(
        _ request: Request, body: ByteBuffer? = nil, of instance: Instance, path: String, scope: AccessScope? = nil,
        limit: Int = 1 << 20, deadline: Duration = .seconds(5)
    ) async throws(APIError) -> NodeClient.Answer {
        var headers = HTTPHeaders()
        if let scope { headers.add(name: AccessPolicy.scopeField.rawName, value: scope.forViewers.rawValue) }
        for name in Self.requestFields {
            if let value = request.headers[name] { headers.add(name: name.rawName, value: value) }
        }
        do {
            return try await client.send(
                HTTPMethod(rawValue: request.method.rawValue), path, to: instance.address, headers: headers, body: body,
                limit: limit, deadline: deadline)
        } catch { throw Self.unavailable(instance, error) }
    }

    /// A node's `Location` as the hub's clients reach it: `/whep/x` becomes `/api/instances/{id}/whep/x`.
    /// `nil` when it leads elsewhere: a node cannot send a client away.
    static func location(_ location: String, instance: String) -> String? {
        let path = URLComponents(string: location)?.percentEncodedPath ?? location
        guard path.hasPrefix("/whep/"), !path.contains("..") else { return nil }
        return "/api/instances/\(instance)" + path
    }

    /// A path part a client gave, as it goes into a node's path.
    /// - Throws: ``APIError`` 404 for what no session can be called.
    static func part(_ text: String?) throws -> String {
        let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_"))
        guard let text, (1...128).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ $0.isASCII && allowed.contains($0) })
        else { throw APIError.notFound("there is no such session") }
        return text
    }
}
