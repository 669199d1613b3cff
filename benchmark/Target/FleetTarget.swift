import Foundation

/// A fleet that runs already, seen through its hub.
struct FleetTarget: Sendable {
    /// A guest's report, `GET /api/quality/deep-health/{id}`, as far as it matters here.
    struct Report: Decodable, Sendable {
        struct Encoder: Decodable, Sendable {
            let rendition: String?
            let codec: String
            let element: String?
        }

        let encoders: [Encoder]?
    }

    let hub: HubClient

    /// Brings the fleet to so many guests and waits until they can be watched.
    ///
    /// - Returns: the ids of as many, sorted; nil with the reason where the fleet has fewer and cannot be scaled.
    /// - Throws: `BenchError.notReady` where they do not come up.
    func bring(to guests: Int) async throws -> (ids: [String]?, reason: String) {
        do { try await hub.scale(to: guests) } catch BenchError.refused(let request, let status, let body) {
            let ready = try await ready()
            // More than enough are there: the others go on beside, as somebody has set it up.
            if ready.count >= guests { return (Array(ready.prefix(guests)), "") }
            return (nil, "it has \(ready.count) guests and cannot be scaled: \(request): \(status): \(body)")
        }
        return (
            try await hub.waitUntilReady(guests, log: "its hub's and its nodes' logs") { try Task.checkCancellation() },
            ""
        )
    }

    /// The guests that can be watched now, sorted by id.
    func ready() async throws -> [String] {
        try await hub.instances().filter { $0.ready && $0.status == "ready" }.map(\.id)
            .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    }

    /// How many guests there are, ready or not.
    func count() async throws -> Int { try await hub.instances().count }

    /// Loco's version, by the hub.
    func version() async throws -> String {
        struct Version: Decodable { let version: String }
        return try JSONDecoder().decode(Version.self, from: Data(try await hub.text("/version").utf8)).version
    }

    /// What a node says of itself; nil where the hub does not reach it or does not pass it on.
    func metrics(of id: String) async throws -> NodeMetrics? {
        do { return NodeMetrics(text: try await hub.text("/api/instances/\(id)/metrics")) } catch BenchError.refused {
            return nil
        }
    }

    /// The elements that encode a codec in full size for a guest now.
    func encoders(of id: String, codec: VideoCodec) async throws -> Set<String> {
        let text = try await hub.text("/api/quality/deep-health/\(id)")
        let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
        let found = (report.encoders ?? []).filter { $0.rendition == "full" && $0.codec.lowercased() == codec.rawValue }
        return Set(found.compactMap(\.element))
    }
}
