import Foundation
import FoundationNetworking

/// The hub's API, as a viewer uses it; a node's serves likewise.
struct HubClient: Sendable {
    /// Scheme, host and port, without a path: `http://127.0.0.1:3000`.
    let base: String
    let port: Int
    private let token: String?
    private let session: URLSession

    /// A hub or node of this machine.
    ///
    /// - Parameter timeout: seconds without a byte after which a request fails.
    init(port: Int, timeout: Double = 15) {
        self.init(base: "http://127.0.0.1:\(port)", port: port, token: nil, timeout: timeout)
    }

    /// A hub or node anywhere.
    ///
    /// - Parameters:
    ///   - base: scheme, host and port, without a path.
    ///   - token: what it wants to see; nil for one that asks for none.
    init(base: String, port: Int, token: String?, timeout: Double = 15) {
        self.base = base
        self.port = port
        self.token = token
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

    /// Asks for so many guests; they come and go afterwards.
    ///
    /// - Throws: `BenchError.refused` where the hub cannot.
    func scale(to guests: Int) async throws {
        let path = "/api/instances/scale"
        _ = try await send(
            "POST", path, type: "application/json", body: Data(#"{"replicas":\#(guests)}"#.utf8), expect: nil)
    }

    /// What a path holds.
    func text(_ path: String) async throws -> String {
        String(decoding: try await send("GET", path).0, as: UTF8.self)
    }

    /// Ends a session.
    func end(session path: String) async throws { _ = try await send("DELETE", path) }

    private func send(
        _ method: String, _ path: String, type: String? = nil, body: Data? = nil, expect: Int? = 200
    ) async throws -> (Data, HTTPURLResponse) {
        guard let url = URL(string: base + path) else { throw URLError(.badURL) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body
        if let type { request.setValue(type, forHTTPHeaderField: "Content-Type") }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        let (data, response) = try await session.data(for: request)
        guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        guard expect.map({ $0 == response.statusCode }) ?? (200..<300).contains(response.statusCode) else {
            throw BenchError.refused(
                request: "\(method) \(path)", status: response.statusCode,
                body: String(decoding: data.prefix(500), as: UTF8.self))
        }
        return (data, response)
    }

    /// Waits until so many guests can be watched.
    ///
    /// - Parameters:
    ///   - log: where to look when they do not get there, for the error.
    ///   - each: called before each look; what it throws ends the waiting.
    /// - Returns: their ids, sorted.
    /// - Throws: `BenchError.notReady`, what `each` throws, `CancellationError`.
    func waitUntilReady(
        _ guests: Int, log: String, isolation: isolated (any Actor)? = #isolation, each: () throws -> Void
    ) async throws -> [String] {
        // Emulated guests start slowly side by side.
        let limit = 60 + 10 * guests
        let deadline = ContinuousClock.now + .seconds(limit)
        var last = "the hub has not answered"
        while true {
            try each()
            do {
                let instances = try await instances()
                if instances.count == guests, instances.allSatisfy({ $0.ready && $0.status == "ready" }) {
                    return instances.map(\.id).sorted()
                }
                last = instances.map { "\($0.id) \($0.status)" }.joined(separator: ", ")
            } catch {
                try Task.checkCancellation()
                last = "the hub does not answer: \(error.localizedDescription)"
            }
            guard ContinuousClock.now < deadline else {
                throw BenchError.notReady(seconds: limit, lastStatus: last, log: log)
            }
            try await Task.sleep(for: .milliseconds(250))
        }
    }
}
