import Fleet
import Foundation
import NIOCore
import NIOHTTP1

/// The hub as `loco focus` sees it.
struct FocusHub: Sendable {
    private static let deadline = Duration.seconds(5)

    private let address: String
    private let target: Instance
    private let client: NodeClient

    /// - Parameter address: as it was given; nil for this machine's hub.
    /// - Throws: ``FocusError/noHub(_:)`` for what is no address.
    init(address: String?, _ configuration: LocoConfiguration) throws(FocusError) {
        let address = address ?? Self.own(configuration)
        guard let components = URLComponents(string: address), ["http", "https"].contains(components.scheme),
            components.host?.isEmpty == false
        else { throw .noHub("--hub: '\(address)' is no address such as http://127.0.0.1:3000") }
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        // Requests are addressed to instances; this one stands for the hub.
        var target = Instance(id: InstanceID(ordinal: 0), name: "hub", status: .running)
        target.streamUrl = self.address
        self.target = target
        client = NodeClient(token: configuration.token)
    }

    private static func own(_ configuration: LocoConfiguration) -> String {
        let host = configuration.hub.host
        let reachable = ["0.0.0.0", "::", "[::]"].contains(host) ? "127.0.0.1" : host
        let scheme = configuration.tls == nil ? "http" : "https"
        return "\(scheme)://\(reachable):\(configuration.hub.port)"
    }

    /// The active set.
    func state() async throws(FocusError) -> ActiveState { try await ask(.GET, nil) }

    /// Makes these the active ones.
    func select(_ ids: [String]) async throws(FocusError) -> ActiveState {
        try await ask(.POST, JSON.encode(["ids": ids]))
    }

    /// Closes the connections.
    func close() async { try? await client.close() }

    private func ask(_ method: HTTPMethod, _ body: ByteBuffer?) async throws(FocusError) -> ActiveState {
        let answer: NodeClient.Answer
        do {
            answer = try await client.send(
                method, "/api/active", to: target, headers: body == nil ? [:] : ["Content-Type": "application/json"],
                body: body, limit: 64 * 1024, deadline: Self.deadline)
        } catch {
            throw .noHub(
                "the hub at \(address) does not answer (\(error.message)): start it with 'loco up' or 'loco hub', or name"
                    + " another with --hub")
        }
        let data = Data(answer.body.readableBytesView)
        if answer.status == 200, let state = try? JSON.decode(ActiveState.self, from: data) { return state }
        let error = (try? JSON.decode(JSONValue.self, from: data))?["error"]
        guard let problem = error?["message"]?.string, let code = error?["code"]?.string, code != "not-found" else {
            throw .noHub("what answers at \(address) is no hub that knows a focus: status \(answer.status)")
        }
        if code == "unauthorized" { throw .refused("the hub at \(address) wants its token: set LOCO_TOKEN") }
        throw .refused(problem)
    }
}
