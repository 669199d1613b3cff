import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Probe

/// An agent's HTTP surface: the jobs of its host.
struct AgentRoutes: Sendable {
    /// Most bytes of a request: a command's arguments and variables, written in JSON.
    static let bodyLimit = 4 << 20
    /// Seconds that a command may be waited for.
    static let timeouts = 0.1...600.0
    /// Unless it is told otherwise.
    static let timeout = 60.0

    let jobs: HostJobs
    let node: NodeJob

    func add(to routes: HTTPService.Routes) {
        routes.get("/health") { _, _ in
            Response.json(AgentAnswers.Health(status: "ok", role: "agent", version: BuildVersion.number))
        }
        routes.get("/version") { _, _ in Response.json(BuildVersion.View(role: "agent")) }
        routes.get("/status") { request, _ in
            let query = RequestTarget(request.head.path ?? "").query
            return try await Self.told {
                let all = if let id = query["job_id"] { [try await jobs.status(id)] } else { await jobs.statuses() }
                return Response.json(
                    AgentAnswers.Jobs(host: ProcessInfo.processInfo.hostName, version: BuildVersion.number, jobs: all))
            }
        }
        routes.get("/metrics") { _, _ in
            let metrics = AgentMetrics(jobs: await jobs.figures(), stops: await jobs.stops, process: .now())
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: metrics.text)))
        }
        routes.post("/start") { request, context in
            let wish = try await request.json(StartRequest.self, limit: Self.bodyLimit)
            let started = try await Self.told { try await jobs.start(try await spec(wish)) }
            context.logger.notice(
                "job wanted", metadata: ["job": "\(JobID(started.status.id.rawValue)?.fileName ?? "")"])
            return Response.json(
                AgentAnswers.Started(job: started.status, replaced: started.replaced), status: .created)
        }
        routes.post("/restart") { request, _ in
            let wish = try await request.json(StopRequest.self, limit: Self.bodyLimit)
            let started = try await Self.told { try await jobs.restart(try wish.job()) }
            return Response.json(AgentAnswers.Started(job: started.status, replaced: started.replaced))
        }
        routes.post("/stop") { request, _ in
            let wish = try await request.json(StopRequest.self, limit: Self.bodyLimit)
            let (mode, grace) = (try wish.stopMode(), try wish.graceTime())
            return Response.json(try await Self.told { try await jobs.stop(try wish.job(), mode, grace: grace) })
        }
        routes.post("/stop_all") { request, _ in
            let wish = try await request.json(StopRequest.self, limit: Self.bodyLimit)
            let ends = await jobs.stopAll(try wish.stopMode(), grace: try wish.graceTime())
            var answer = AgentAnswers.Stopped(stopped: [], failed: [])
            for (id, result) in ends {
                switch result {
                case .success(let end): answer.stopped.append(end)
                case .failure(let error): answer.failed.append(.init(job: id, message: "\(error)"))
                }
            }
            return Response.json(answer, status: answer.failed.isEmpty ? .ok : .internalServerError)
        }
        routes.post("/exec") { request, _ in try await execute(request) }
        routes.get("/logs") { request, _ in try await logs(request) }
    }

    private func spec(_ wish: StartRequest) async throws -> JobSpec {
        guard let seat = wish.node else { return try wish.spec() }
        guard wish.exe == nil, wish.args == nil, wish.cwd == nil, wish.jobID == nil, wish.logDirectory == nil else {
            throw APIError.badRequest(
                "'node' says what is run: 'exe', 'args', 'cwd', 'job_id' and 'log_dir' do not go with it")
        }
        return try await node.spec(seat, settings: wish.environment ?? [:])
    }

    private func execute(_ request: Request) async throws -> Response {
        let wish = try await request.json(StartRequest.self, limit: Self.bodyLimit)
        let timeout = wish.timeout ?? Self.timeout
        guard Self.timeouts.contains(timeout) else {
            throw APIError.badRequest(
                "'timeout' must be a number of seconds from \(Self.timeouts.lowerBound) to \(Int(Self.timeouts.upperBound))"
            )
        }
        guard wish.node == nil, wish.logDirectory == nil else {
            throw APIError.badRequest("'node' and 'log_dir' are for POST /start: what is executed is waited for")
        }
        let result = try await Self.told { try await jobs.execute(try wish.spec(), timeout: .seconds(timeout)) }
        return Response.json(AgentAnswers.Executed(result))
    }

    private func logs(_ request: Request) async throws -> Response {
        let query = RequestTarget(request.head.path ?? "").query
        guard let id = query["job_id"] else {
            throw APIError.badRequest("'job_id' is missing; GET /status lists the jobs")
        }
        let tail = query["tail"].map { Int($0) ?? 0 } ?? 100
        guard (1...LogTail.limit).contains(tail) else {
            throw APIError.badRequest("'tail' must be a whole number from 1 to \(LogTail.limit)")
        }
        let path = try await Self.told { try await jobs.logPath(id) }
        return Response.json(AgentAnswers.Log(job: id, lines: LogTail.lines(of: path, count: tail) ?? []))
    }

    /// Tells what goes wrong with a job in the words of HTTP.
    private static func told<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as JobError {
            let status: HTTPResponse.Status =
                switch error {
                case .unknown: .notFound
                case .badCommand: .badRequest
                case .cannotStart: .conflict
                case .tooMany: .tooManyRequests
                case .closing: .serviceUnavailable
                case .stillAlive: .internalServerError
                }
            throw APIError(status, error.code, "\(error)")
        } catch let error as RunDirectoryError {
            throw APIError(.conflict, "cannot-start", "\(error)")
        }
    }
}
