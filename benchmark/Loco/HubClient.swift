import Foundation
import FoundationNetworking

/// The hub's API, as a viewer uses it; a node's serves likewise.
struct HubClient: Sendable {
    let port: Int
    private let session: URLSession

    /// - Parameter timeout: seconds without a byte after which a request fails.
    init(port: Int, timeout: Double = 15) {
        self.port = port
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = timeout
        // Joins are timed one after another: none waits for another's connection.
        configuration.httpMaximumConnectionsPerHost = 4
        session = URLSession(configuration: configuration)
    }

    /// All instances.
    func instances() async throws -> [InstanceState] {
        let (data, _) = try await send("GET", "/api/instances")
        return try JSONDecoder().decode([InstanceState].self, from: data)
    }

    /// Offers to watch an instance.
    ///
    /// - Parameter rendition: what to ask for; nil for what the node sends by itself.
    /// - Returns: the answer's SDP and the path of the session.
    func offer(
        _ sdp: String, to instance: String, rendition: String? = nil
    ) async throws -> (answer: String, session: String) {
        let path = "/api/instances/\(instance)/whep" + (rendition.map { "?rendition=\($0)" } ?? "")
        let (data, response) = try await send("POST", path, type: "application/sdp", body: Data(sdp.utf8), expect: 201)
        guard let location = response.value(forHTTPHeaderField: "Location"), location.hasPrefix("/") else {
            throw BenchError.noLocation(instance: instance)
        }
        return (String(decoding: data, as: UTF8.self), location)
    }

    /// Plays one input message on a guest that nobody controls.
    func input(_ message: String, to instance: String) async throws {
        let path = "/api/instances/\(instance)/input"
        _ = try await send("POST", path, type: "application/json", body: Data(message.utf8), expect: 204)
    }

    /// What a path holds.
    func text(_ path: String) async throws -> String {
        String(decoding: try await send("GET", path).0, as: UTF8.self)
    }

    /// Ends a session.
    func end(session path: String) async throws { _ = try await send("DELETE", path) }

    private func send(
        _ method: String, _ path: String, type: String? = nil, body: Data? = nil, expect: Int = 200
    ) async throws -> (Data, HTTPURLResponse) {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw URLError(.badURL) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body
        if let type { request.setValue(type, forHTTPHeaderField: "Content-Type") }
        let (data, response) = try await session.data(for: request)
        guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        guard response.statusCode == expect else {
            throw BenchError.refused(
                request: "\(method) \(path)", status: response.statusCode,
                body: String(decoding: data.prefix(500), as: UTF8.self))
        }
        return (data, response)
    }
}
