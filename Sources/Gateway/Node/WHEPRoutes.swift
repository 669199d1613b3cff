import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Signaling

/// WHEP (draft-ietf-wish-whep): an offer is posted, the answer comes back with all candidates, the session has a URL.
struct WHEPRoutes: Sendable {
    let stage: Stage

    /// The largest session description taken, in bytes.
    static let descriptionLimit = 256 * 1024
    /// The largest trickled fragment taken, in bytes.
    static let fragmentLimit = 64 * 1024

    func add(to router: HTTPService.Routes) {
        router.post("/whep") { [stage] request, context -> Response in
            let body = try await request.body(contentType: "application/sdp", limit: Self.descriptionLimit)
            do {
                let query = RequestTarget(request.head.path ?? "").query
                let access = context.scope.forViewers.lowered(to: try Self.access(query) ?? .control)
                let (id, answer) = try await stage.viewers.open(
                    offer: String(buffer: body), rendition: query["rendition"], access: access,
                    request: context.requestID)
                return Response(
                    status: .created,
                    headers: [
                        .contentType: "application/sdp", .location: "/whep/\(id)",
                        HTTPField.Name("Accept-Patch")!: "application/trickle-ice-sdpfrag",
                    ], body: .init(byteBuffer: ByteBuffer(string: answer)))
            } catch { throw Self.problem(error) }
        }
        router.on("/whep", method: .options) { _, _ in Self.options(allow: "POST, OPTIONS") }
        router.on("/whep/{session}", method: .options) { _, _ in Self.options(allow: "PATCH, DELETE, OPTIONS") }
        router.delete("/whep/{session}") { [stage] _, context -> Response in
            do {
                try await stage.viewers.close(Self.session(context))
                return Response(status: .ok)
            } catch { throw Self.problem(error) }
        }
        router.patch("/whep/{session}") { [stage] request, context -> Response in
            let body = try await request.body(
                contentType: "application/trickle-ice-sdpfrag", limit: Self.fragmentLimit)
            do {
                let id = try Self.session(context)
                for (candidate, section) in TrickleFragment.candidates(in: String(buffer: body)) {
                    try await stage.viewers.addCandidate(candidate, section: section, to: id)
                }
                return Response(status: .noContent)
            } catch { throw Self.problem(error) }
        }
    }

    /// The most that a client wants to be allowed.
    /// - Throws: ``APIError`` 400.
    static func access(_ query: [String: String]) throws -> ViewerAccess? {
        guard let text = query["access"] else { return nil }
        guard let access = ViewerAccess(rawValue: text) else {
            throw APIError.badRequest("'access' must be view or control")
        }
        return access
    }

    private static func session(_ context: LocoRequestContext) throws -> ViewerID {
        guard let id = context.parameters.get("session").flatMap(ViewerID.init) else { throw ViewersError.unknown }
        return id
    }

    private static func options(allow: String) -> Response {
        Response(
            status: .noContent, headers: [.allow: allow, HTTPField.Name("Accept-Post")!: "application/sdp"])
    }

    private static func problem(_ error: any Error) -> APIError {
        switch error {
        case let error as APIError: error
        case let error as OfferError:
            switch error {
            case .notSDP: APIError(.badRequest, error.code, error.description)
            case .noCommonCodec: APIError(.notAcceptable, error.code, error.description)
            }
        case let error as ViewersError:
            switch error {
            case .unknownRendition: APIError(.badRequest, error.code, error.description)
            case .unknown: APIError(.notFound, error.code, error.description)
            case .tooMany, .stopping:
                APIError(.serviceUnavailable, error.code, error.description, headers: [.retryAfter: "5"])
            }
        default: APIError(.internalServerError, "negotiation-failed", "the node could not answer the offer: \(error)")
        }
    }
}
