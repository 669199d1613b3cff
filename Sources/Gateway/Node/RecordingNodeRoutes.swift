import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import Pipelines

/// A node's `/recordings`.
struct RecordingNodeRoutes: Sendable {
    /// Downloads at a time: the hub has eight connections to a node, and needs some for other things.
    static let downloads = 4

    let recordings: Recordings
    private let gate = DownloadGate(limit: RecordingNodeRoutes.downloads)

    init(recordings: Recordings) { self.recordings = recordings }

    func add(to router: HTTPService.Routes) {
        router.get("/recordings") { [recordings] _, _ in
            Response.json(RecordingList(recordings: await recordings.list()))
        }
        router.post("/recordings") { [recordings] request, _ -> Response in
            let recording = try await recordings.begin(try await RecordingWish.read(request))
            var response = Response.json(recording, status: .created)
            response.headers[.location] = "/recordings/\(recording.id)"
            return response
        }
        router.get("/recordings/{recording}") { [recordings] _, context in
            Response.json(try await recordings.find(Self.id(context)))
        }
        router.post("/recordings/{recording}/stop") { [recordings] _, context in
            Response.json(try await recordings.stop(Self.id(context)))
        }
        router.delete("/recordings/{recording}") { [recordings] _, context -> Response in
            try await recordings.remove(Self.id(context))
            return Response(status: .noContent)
        }
        router.get("/recordings/{recording}/file") { [recordings, gate] request, context -> Response in
            let place = try gate.enter()
            let part = try Self.part(request)
            let (path, recording) = try await recordings.file(of: Self.id(context), part: part)
            let suffix = part == 1 ? "" : "-\(part)"
            return try await Response.file(
                path, type: RecordingFormat(rawValue: recording.format)?.mediaType ?? "application/octet-stream",
                name: "\(recording.instanceId)-\(recording.id)\(suffix).\(recording.format)", to: request,
                context: context
            ).holding(place)
        }
    }

    /// The number of the file that is asked for.
    ///
    /// - Throws: `APIError` 400.
    static func part(_ request: Request) throws -> Int {
        guard let text = RequestTarget(request.head.path ?? "").query["part"] else { return 1 }
        guard let part = Int(text), (1...Recordings.partLimit).contains(part) else {
            throw APIError.badRequest("'part' must be a whole number from 1 to \(Recordings.partLimit)")
        }
        return part
    }

    private static func id(_ context: LocoRequestContext) -> String { context.parameters.get("recording") ?? "" }
}

/// The body of `GET /recordings`.
struct RecordingList: Codable, Equatable {
    /// The newest first.
    var recordings: [Recording]
}
