import Fleet
import Foundation
import NIOCore
import NIOHTTP1

/// One host's agent, as whoever gives it orders sees it: every request has a deadline.
struct AgentClient: Sendable {
    /// The host.
    let host: Inventory.Host

    private let client: NodeClient
    private let address: NodeAddress

    /// - Parameter client: has the agents' token.
    init(_ host: Inventory.Host, client: NodeClient) {
        (self.host, self.client) = (host, client)
        address = NodeAddress(host.url(port: host.port))
    }

    /// Its jobs, or one of them.
    func status(_ job: String? = nil, deadline: Duration = .seconds(3)) async throws(AgentProblem) -> AgentAnswers.Jobs
    {
        let query = job.map { "?job_id=" + Self.encoded($0) } ?? ""
        return try await ask(.GET, "/status" + query, deadline: deadline)
    }

    /// Starts a job.
    func start(_ wish: StartRequest) async throws(AgentProblem) -> AgentAnswers.Started {
        // One of the same id may take its time to end.
        try await ask(.POST, "/start", JSON.encode(wish), deadline: .seconds(60))
    }

    /// Ends a job and starts it again.
    func restart(_ job: String) async throws(AgentProblem) -> AgentAnswers.Started {
        try await ask(.POST, "/restart", JSON.encode(StopRequest(jobID: job)), deadline: .seconds(60))
    }

    /// Ends a job.
    func stop(_ wish: StopRequest) async throws(AgentProblem) -> JobEnd {
        try await ask(.POST, "/stop", JSON.encode(wish), deadline: .seconds(60 + (wish.grace ?? 0)))
    }

    /// Ends all jobs.
    func stopAll(_ wish: StopRequest) async throws(AgentProblem) -> AgentAnswers.Stopped {
        try await ask(.POST, "/stop_all", JSON.encode(wish), deadline: .seconds(60 + (wish.grace ?? 0)))
    }

    /// Runs a command to its end.
    func execute(_ wish: StartRequest) async throws(AgentProblem) -> AgentAnswers.Executed {
        let timeout = wish.timeout ?? AgentRoutes.timeout
        return try await ask(.POST, "/exec", JSON.encode(wish), deadline: .seconds(timeout + 20))
    }

    /// The last lines of a job's log.
    func log(_ job: String, tail: Int) async throws(AgentProblem) -> AgentAnswers.Log {
        try await ask(.GET, "/logs?job_id=\(Self.encoded(job))&tail=\(tail)", deadline: .seconds(5))
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private func ask<Value: Decodable>(
        _ method: HTTPMethod, _ path: String, _ body: ByteBuffer? = nil, deadline: Duration
    ) async throws(AgentProblem) -> Value {
        let answer: NodeClient.Answer
        do {
            answer = try await client.send(
                method, path, to: address, headers: body == nil ? [:] : ["Content-Type": "application/json"],
                body: body,
                limit: 16 << 20, deadline: deadline)
        } catch {
            throw .unreachable(host: host.name, reason: error.message)
        }
        let data = Data(answer.body.readableBytesView)
        if (200..<300).contains(answer.status) || answer.status == 500,
            let value = try? JSON.decode(Value.self, from: data)
        {
            return value
        }
        guard let problem = try? JSON.decode(APIErrorBody.self, from: data).error else {
            throw .noAgent(host: host.name, status: answer.status)
        }
        let hint = answer.status == 401 || answer.status == 403 ? " (the inventory's token, or LOCO_AGENT_TOKEN)" : ""
        throw .refused(
            host: host.name, status: answer.status, code: problem.code, message: problem.message + hint)
    }
}
