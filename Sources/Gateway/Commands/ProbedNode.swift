import Fleet
import Foundation
import NIOCore

/// A node as `loco probe` sees it, over its HTTP surface alone.
struct ProbedNode: Sendable {
    /// A measurement with QEMU's and the sound server's deadlines in it takes some seconds at worst.
    private static let deadline = Duration.seconds(5)
    private static let limit = 1 << 20

    let address: NodeAddress
    let client: NodeClient

    /// The newest report, whatever it says.
    ///
    /// - Throws: `NodeClient.Failure`.
    func report() async throws(NodeClient.Failure) -> JSONValue {
        let answer = try await get("/health")
        guard let report = try? JSON.decode(JSONValue.self, from: Data(answer.body.readableBytesView)),
            report["overallStatus"] != nil
        else {
            throw NodeClient.Failure(reason: .badAnswer, message: "it answers \(answer.status) without a report")
        }
        return report
    }

    /// What a node answers.
    ///
    /// - Throws: `NodeClient.Failure`.
    func get(_ path: String) async throws(NodeClient.Failure) -> NodeClient.Answer {
        try await client.send(.GET, path, to: address, limit: Self.limit, deadline: Self.deadline)
    }

    /// Closes the connections.
    func close() async { try? await client.close() }
}
