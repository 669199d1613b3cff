import Fleet
import Foundation
import NIOCore
import NIOHTTP1

/// A hub as commands see it.
struct HubClient: Sendable {
    private let address: NodeAddress
    private let client: NodeClient

    /// - Parameter address: as it was given; nil for this machine's hub.
    /// - Throws: ``HubError/noHub(_:)`` for what is no address.
    init(address: String?, _ configuration: LocoConfiguration) throws(HubError) {
        let address = address ?? Self.own(configuration)
        guard let components = URLComponents(string: address), ["http", "https"].contains(components.scheme),
            components.host?.isEmpty == false
        else { throw .noHub("--hub: '\(address)' is no address such as http://127.0.0.1:3000") }
        self.address = NodeAddress(address)
        client = NodeClient(token: configuration.token)
    }

    private static func own(_ configuration: LocoConfiguration) -> String {
        let host = configuration.hub.host
        let reachable = ["0.0.0.0", "::", "[::]"].contains(host) ? "127.0.0.1" : host
        let scheme = configuration.tls == nil ? "http" : "https"
        return "\(scheme)://\(reachable):\(configuration.hub.port)"
    }

    /// Closes the connections.
    func close() async { try? await client.close() }

    /// Asks, and reads the answer.
    /// - Parameter subject: what a hub has to know of for it, "a focus".
    func ask<Value: Decodable>(
        _ method: HTTPMethod, _ path: String, _ body: ByteBuffer? = nil, about subject: String,
        deadline: Duration = .seconds(5)
    ) async throws(HubError) -> Value {
        let answer: NodeClient.Answer
        do {
            answer = try await client.send(
                method, path, to: address, headers: body == nil ? [:] : ["Content-Type": "application/json"],
                body: body,
                limit: 64 * 1024, deadline: deadline)
        } catch {
            throw .noHub(
                "the hub at \(address) does not answer (\(error.message)): start it with 'loco up' or 'loco hub', or name"
                    + " another with --hub")
        }
        let data = Data(answer.body.readableBytesView)
        if answer.status == 200, let value = try? JSON.decode(Value.self, from: data) { return value }
        let error = (try? JSON.decode(JSONValue.self, from: data))?["error"]
        guard let problem = error?["message"]?.string, let code = error?["code"]?.string, code != "not-found" else {
            throw .noHub("what answers at \(address) is no hub that knows \(subject): status \(answer.status)")
        }
        if code == "unauthorized" { throw .refused("the hub at \(address) wants its token: set LOCO_TOKEN") }
        throw .refused(problem)
    }
}
