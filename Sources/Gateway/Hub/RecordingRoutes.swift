import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// `/api/instances/{id}/recordings`: what a node keeps of its guest, under the hub's addresses.
struct RecordingRoutes: Sendable {
    /// How long a node may take to begin or end one: it waits for the first frame, and for the disk.
    private static let deadline = Duration.seconds(12)

    let proxy: NodeProxy

    func add(to routes: HTTPService.Routes) {
        let base = "/api/instances/{id}/recordings"
        routes.get(RouterPath(base)) { request, context in
            let (instance, answer) = try await ask(request, context, "/recordings")
            return try Self.translated(answer) { (list: RecordingList) in
                RecordingList(recordings: list.recordings.map { $0.reached(as: instance.id) })
            }
        }
        routes.post(RouterPath(base)) { request, context in
            let wish = try await RecordingWish.read(request)
            let (instance, answer) = try await ask(
                request, context, "/recordings", body: JSON.encode(wish), deadline: Self.deadline)
            var response = try Self.translated(answer) { (one: Recording) in one.reached(as: instance.id) }
            if let location = answer.headers.first(name: "Location"), location.hasPrefix("/recordings/"),
                let id = RecordingID(String(location.dropFirst("/recordings/".count)))
            {
                response.headers[.location] = "/api/instances/\(instance.id)/recordings/\(id)"
            }
            return response
        }
        routes.get(RouterPath(base + "/{recording}")) { request, context in
            let (instance, answer) = try await ask(request, context, try Self.path(context))
            return try Self.translated(answer) { (one: Recording) in one.reached(as: instance.id) }
        }
        routes.post(RouterPath(base + "/{recording}/stop")) { request, context in
            let (instance, answer) = try await ask(
                request, context, try Self.path(context) + "/stop", deadline: Self.deadline)
            return try Self.translated(answer) { (one: Recording) in one.reached(as: instance.id) }
        }
        routes.delete(RouterPath(base + "/{recording}")) { request, context in
            try await proxy.pass(request, to: try await proxy.instance(context), path: try Self.path(context))
        }
        routes.get(RouterPath(base + "/{recording}/file")) { request, context in
            let part = try RecordingNodeRoutes.part(request)
            return try await proxy.stream(
                request, context: context, to: try await proxy.instance(context),
                path: try Self.path(context) + "/file" + (part == 1 ? "" : "?part=\(part)"))
        }
    }

    private func ask(
        _ request: Request, _ context: LocoRequestContext, _ path: String, body: ByteBuffer? = nil,
        deadline: Duration = .seconds(5)
    ) async throws -> (Instance, NodeClient.Answer) {
        let instance = try await proxy.instance(context)
        var head = request.head
        if body != nil { head.headerFields[.contentType] = "application/json" }
        return (
            instance,
            try await proxy.ask(
                Request(head: head, body: request.body), body: body, of: instance, path: path, limit: 4 << 20,
                deadline: deadline)
        )
    }

    /// A node's path of the recording that a request names.
    ///
    /// - Throws: `APIError` 404 for what no recording can be called.
    private static func path(_ context: LocoRequestContext) throws -> String {
        guard let id = RecordingID(context.parameters.get("recording") ?? "") else {
            throw APIError(.notFound, "unknown-recording", "there is no such recording")
        }
        return "/recordings/\(id)"
    }

    /// A node's answer with its addresses changed; its errors as they are.
    private static func translated<Value: Codable>(
        _ answer: NodeClient.Answer, _ translate: (Value) -> Value
    ) throws -> Response {
        guard (200..<300).contains(answer.status) else {
            return Response(
                status: .init(code: answer.status), headers: [.contentType: "application/json; charset=utf-8"],
                body: .init(byteBuffer: answer.body))
        }
        guard let value = try? JSON.decode(Value.self, from: Data(answer.body.readableBytesView)) else {
            throw APIError(.badGateway, "node-unavailable", "the node answers with something else than a recording")
        }
        return Response.json(translate(value), status: .init(code: answer.status))
    }
}
