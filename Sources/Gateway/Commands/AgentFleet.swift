import ArgumentParser
import Foundation

/// The agents a command gives orders to, all at the same time.
struct AgentFleet: Sendable {
    /// What came of asking one.
    struct Answer<Value: Sendable>: Sendable {
        let host: Inventory.Host
        let result: Result<Value, AgentProblem>
    }

    /// In the inventory's order.
    let agents: [AgentClient]
    private let client: NodeClient

    init(_ hosts: [Inventory.Host], token: String?) {
        let client = NodeClient(token: token)
        self.client = client
        agents = hosts.map { AgentClient($0, client: client) }
    }

    /// Asks every agent, and gives the answers in the inventory's order. Each question has its deadline.
    func each<Value: Sendable>(
        _ body: @escaping @Sendable (AgentClient) async throws(AgentProblem) -> Value
    ) async -> [Answer<Value>] {
        await withTaskGroup(of: (Int, Answer<Value>).self) { group in
            for (index, agent) in agents.enumerated() {
                group.addTask {
                    do throws(AgentProblem) {
                        return (index, Answer(host: agent.host, result: .success(try await body(agent))))
                    } catch {
                        return (index, Answer(host: agent.host, result: .failure(error)))
                    }
                }
            }
            var answers: [(Int, Answer<Value>)] = []
            for await one in group { answers.append(one) }
            return answers.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Runs a command's body, closes the connections, and makes failures of it an exit status of 1.
    func run(_ name: String, _ body: (AgentFleet) async throws -> [any Error]) async throws {
        let problems: [any Error]
        do { problems = try await body(self) } catch {
            try? await client.close()
            throw error
        }
        try? await client.close()
        flushStandardOutput()
        for problem in problems { StandardErrorLines.write("loco \(name): \(problem)\n") }
        if !problems.isEmpty { throw ExitCode(1) }
    }
}
