import AsyncHTTPClient
import Fleet
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

@testable import Gateway

/// A running hub, and what a test needs to talk to it.
struct HubFixture: Sendable {
    let hub: Hub
    let provider: FakeSource
    let port: Int

    var base: String { "http://127.0.0.1:\(port)" }

    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let text: String
        var json: JSONValue? { try? JSON.decode(JSONValue.self, from: Data(text.utf8)) }
        var code: String? { json?["error"]?["code"]?.string }
    }

    func send(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers = HTTPHeaders(headers)
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let data = try await response.body.collect(upTo: 32 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, text: String(buffer: data))
    }

    func get(_ path: String) async throws -> Answer { try await send(.GET, path) }

    /// Sends JSON to `/api/active`.
    func activate(_ body: String) async throws -> Answer {
        try await send(.POST, "/api/active", headers: [("Content-Type", "application/json")], body: body)
    }

    /// Opens `/active` and reads what it tells first.
    func active() async throws -> (socket: RawSocket, first: JSONValue?) {
        let socket = try RawSocket(port: port)
        try await socket.upgrade("/active")
        return (socket, try await socket.readJSON())
    }

    /// Opens `/signal` and registers.
    func signal(_ id: String = "viewer-1") async throws -> RawSocket {
        let socket = try RawSocket(port: port)
        try await socket.upgrade("/signal")
        try await socket.write(RawSocket.text(#"{"type":"register","id":"\#(id)"}"#))
        _ = try await socket.readText()
        return socket
    }
}

extension RawSocket {
    /// Sends a text message and returns the next one that comes.
    func ask(_ text: String) async throws -> JSONValue? {
        try await write(RawSocket.text(text))
        return try await readJSON()
    }

    func readJSON() async throws -> JSONValue? {
        guard let text = try await readText() else { return nil }
        return try JSON.decode(JSONValue.self, from: Data(text.utf8))
    }
}

/// Runs a hub, with fake nodes for `instance-0`, `instance-1` ..., for the length of `body`.
func withHub(
    nodes: [FakeNode] = [], token: String? = nil, pages: StaticPages? = nil, settings: [String: String] = [:],
    owner: NodeOwner? = nil, scale: (@Sendable (FakeSource, Int) async throws -> Void)? = nil, active: ActiveSet? = nil,
    silence: Duration = .seconds(1),
    logger: Logger = Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() },
    _ body: @Sendable (HubFixture) async throws -> Void
) async throws {
    var environment = settings.merging(["LOCO_HUB_PORT": "0", "LOCO_VR_PORT": "0"]) { $1 }
    if let token { environment["LOCO_TOKEN"] = token }
    let configuration = LocoConfiguration(try ResolvedConfiguration(environment: environment))
    let provider = FakeSource()
    var discovery = provider.discovery(owner: owner)
    if let scale { discovery.scale = { try await scale(provider, $0) } }
    let hub = try Hub(
        configuration: configuration, discovery: discovery, pages: pages, active: active,
        silence: silence, checks: .milliseconds(100), logger: logger)
    try await withRunning(nodes.map(\.service), logger: logger) { _ in
        var urls: [(String, String?)] = []
        for (index, node) in nodes.enumerated() {
            urls.append(("instance-\(index)", "http://127.0.0.1:\(try await node.service.boundPort)"))
        }
        provider.set(urls)
        try await withRunning([hub], logger: logger) { _ in
            let fixture = HubFixture(hub: hub, provider: provider, port: try await hub.http.boundPort)
            try await eventually("the hub is ready") { await hub.registry.isLoaded }
            try await body(fixture)
        }
    }
}
