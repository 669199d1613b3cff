import AsyncHTTPClient
import Fleet
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

/// The agent's HTTP surface, with real processes behind it.
@Suite(.timeLimit(.minutes(2)), .serialized)
struct AgentTests {
    private static let token = "0123456789abcdef"

    struct Fixture: Sendable {
        let base: String
        let agent: Agent

        func send(
            _ method: HTTPMethod, _ path: String, _ body: String? = nil, token: String? = AgentTests.token,
            headers: [(String, String)] = []
        ) async throws -> (status: Int, json: JSONValue?, text: String) {
            var request = HTTPClientRequest(url: base + path)
            request.method = method
            if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            if let body {
                request.headers.add(name: "Content-Type", value: "application/json")
                request.body = .bytes(ByteBuffer(string: body))
            }
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            let text = String(buffer: try await response.body.collect(upTo: 16 << 20))
            return (Int(response.status.code), try? JSON.decode(JSONValue.self, from: Data(text.utf8)), text)
        }
    }

    private static func withAgent(
        token: String? = AgentTests.token, settings: [String: String] = [:],
        _ body: @Sendable (Fixture) async throws -> Void
    ) async throws {
        let folder = "/tmp/la-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var environment = settings.merging(["LOCO_AGENT_PORT": "0", "LOCO_RUN_DIRECTORY": folder]) { $1 }
        environment["LOCO_AGENT_TOKEN"] = token
        let values = try ResolvedConfiguration(environment: environment)
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = (tests as NSString).deletingLastPathComponent + "/loco"
        try #require(FileManager.default.isExecutableFile(atPath: program), "no \(program): build it")
        let agent = try Agent(
            values, executable: program, logger: Logger(label: "agent") { _ in SwiftLogNoOpLogHandler() })
        try await withRunning([agent]) { _ in
            let fixture = Fixture(base: "http://127.0.0.1:\(try await agent.http.boundPort)", agent: agent)
            do { try await body(fixture) } catch {
                _ = try await fixture.send(.POST, "/stop_all", #"{"mode":"tree_kill"}"#, token: token)
                throw error
            }
            _ = try await fixture.send(.POST, "/stop_all", #"{"mode":"tree_kill"}"#, token: token)
        }
    }

    @Test func `an agent that others can reach needs a token`() throws {
        let values = try ResolvedConfiguration(environment: [
            "LOCO_AGENT_HOST": "0.0.0.0", "LOCO_TOKEN": "0123456789abcdef", "LOCO_RUN_DIRECTORY": "/tmp/la-none",
        ])
        let error = #expect(throws: ConfigurationError.self) {
            try Agent(values, executable: "/x", logger: Logger(label: "x"))
        }
        // The nodes' token is not the agent's.
        #expect("\(error!)".contains("LOCO_AGENT_TOKEN"))
    }

    @Test func `without a token nothing is told but that it lives: 401 for none, 403 for a wrong one`() async throws {
        try await Self.withAgent { agent in
            let secret = "a-job-nobody-hears-of"
            let started = try await agent.send(
                .POST, "/start", #"{"exe":"sleep","args":["60"],"job_id":"\#(secret)"}"#)
            #expect(started.status == 201)
            let health = try await agent.send(.GET, "/health", token: nil)
            #expect(health.status == 200 && !health.text.contains(secret))
            for route in agent.agent.http.routes.all where !["/health", "/version"].contains(route.path) {
                // What a hub or a node lets viewers read has no viewers here: there is one token, for everything.
                #expect(
                    RouteScopes.scope(method: route.method, path: route.path) == .admin || route.path == "/metrics")
                #expect(
                    RouteScopes.reading.contains(route.method)
                        || RouteScopes.named["\(route.method) \(route.path)"] != nil)
                for (token, status) in [(nil, 401), ("wrong-wrong-wrong", 403), ("", 403)] as [(String?, Int)] {
                    let body = route.method == "POST" ? #"{"job_id":"\#(secret)"}"# : nil
                    let answer = try await agent.send(
                        HTTPMethod(rawValue: route.method), route.path + "?job_id=\(secret)", body, token: token)
                    #expect(answer.status == status, "\(route.method) \(route.path) with \(token ?? "none")")
                    #expect(!answer.text.contains(secret), "\(route.method) \(route.path)")
                    guard route.method != "HEAD" else { continue }
                    #expect(answer.json?["error"]?["code"]?.string == (status == 401 ? "unauthorized" : "wrong-token"))
                }
            }
            // A token in the address ends in logs: it counts for nothing here.
            #expect(try await agent.send(.GET, "/status?token=\(Self.token)", token: nil).status == 401)
            #expect(try await agent.send(.GET, "/nothing-here", token: nil).status == 401)
        }
    }

    @Test func `a page of another origin starts nothing, also where no token is needed`() async throws {
        try await Self.withAgent(token: nil) { agent in
            let body = #"{"exe":"sleep","args":["60"]}"#
            let foreign = try await agent.send(
                .POST, "/start", body, token: nil, headers: [("Origin", "http://evil.example")])
            #expect(foreign.status == 403)
            let named = try await agent.send(.GET, "/status", token: nil, headers: [("Host", "evil.example")])
            #expect(named.status == 403)
            #expect(try await agent.send(.POST, "/start", body, token: nil).status == 201)
        }
    }

    @Test(arguments: [
        (#"{}"#, 400, "bad-request"), (#"{"exe":"no-such-program-x"}"#, 409, "cannot-start"),
        (#"{"exe":"sleep","args":["a\u0000b"]}"#, 400, "bad-command"),
        (#"{"exe":"sleep","args":"60"}"#, 400, "bad-json"),
        (#"{"exe":"sleep","cwd":"/no/such/folder"}"#, 409, "cannot-start"),
        (#"{"exe":"sleep","job_id":""}"#, 400, "bad-command"), (#"not json"#, 400, "bad-json"),
        (#"{"node":{"number":-1}}"#, 400, "bad-request"),
        (#"{"node":{"number":0},"exe":"x"}"#, 400, "bad-request"),
        (#"{"node":{"number":0},"environment":{"LOCO_NO_SUCH":"1"}}"#, 400, "bad-request"),
        (#"{"node":{"number":0},"environment":{"LOCO_RUN_DIRECTORY":"/tmp/x"}}"#, 400, "bad-request"),
        (#"{"node":{"number":0},"environment":{"LOCO_VIDEO_FPS":"900"}}"#, 400, "bad-settings"),
        (#"{"node":{"number":0},"environment":{"LOCO_GUEST_DISK":"/no/such.qcow2"}}"#, 409, "cannot-start"),
    ])
    func `what cannot be started is refused with a reason`(_ body: String, _ status: Int, _ code: String) async throws {
        try await Self.withAgent { agent in
            let answer = try await agent.send(.POST, "/start", body)
            #expect(answer.status == status && answer.json?["error"]?["code"]?.string == code, "\(answer.text)")
            #expect(answer.json?["error"]?["message"]?.string?.isEmpty == false)
        }
    }

    @Test func `what is too large is refused`() async throws {
        try await Self.withAgent { agent in
            let long = String(repeating: "x", count: JobLimits.text + 1)
            let longAnswer = try await agent.send(.POST, "/start", #"{"exe":"sleep","args":["\#(long)"]}"#)
            #expect(longAnswer.status == 400)
            let huge = String(repeating: "x", count: AgentRoutes.bodyLimit)
            let hugeAnswer = try await agent.send(.POST, "/start", #"{"exe":"sleep","args":["\#(huge)"]}"#)
            #expect(hugeAnswer.status == 413)
        }
    }

    @Test func `a job is started, told of, read and ended`() async throws {
        try await Self.withAgent { agent in
            let id = "odd \"name\"\n../../x"
            let wish = JSONValue.object([
                "exe": "sh", "args": .array(["-c", "echo hello; exec sleep 60"]), "job_id": .string(id),
            ]).text
            let started = try await agent.send(.POST, "/start", wish)
            #expect(started.status == 201 && started.json?["job"]?["job_id"]?.string == id, "\(started.text)")
            let status = try await agent.send(.GET, "/status")
            guard case .array(let jobs)? = status.json?["jobs"] else {
                Issue.record("no jobs in \(status.text)")
                return
            }
            #expect(jobs.count == 1 && jobs[0]["state"]?.string == "running")
            for key in ["cpu_percent", "exit_code", "node", "next_start"] {
                #expect(jobs[0][key] == .null, "\(key) must be there, and null")
            }
            let query = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
            try await eventually("its line is in the log") {
                try await agent.send(.GET, "/logs?job_id=\(query)").text.contains("hello")
            }
            let stop = JSONValue.object(["job_id": .string(id), "mode": "term"]).text
            let ended = try await agent.send(.POST, "/stop", stop)
            #expect(ended.json?["ended_by"]?.string == "term" && ended.json?["signal"]?.number == 15)
            #expect(try await agent.send(.POST, "/stop", #"{"job_id":"nobody"}"#).status == 404)
            #expect(try await agent.send(.POST, "/stop", #"{"job_id":"x","mode":"gently"}"#).status == 400)
        }
    }

    @Test func `jobs are counted and measured for Prometheus, whatever they are called`() async throws {
        try await Self.withAgent { agent in
            let id = "odd \"name\"\n1"
            let wish = JSONValue.object([
                "exe": "sh", "args": .array(["-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"]),
                "job_id": .string(id),
            ]).text
            #expect(try await agent.send(.POST, "/start", wish).status == 201)
            _ = try await agent.send(.POST, "/start", #"{"exe":"false","job_id":"bad"}"#)
            let label = #"{job_id="odd \"name\"\n1"}"#
            try await eventually("both are measured") {
                let text = try await agent.send(.GET, "/metrics").text
                return text.contains("loco_agent_job_cpu_percent\(label) ")
                    && text.contains(#"loco_agent_jobs{state="failed"} 1"#)
            }
            let page = try await agent.send(.GET, "/metrics").text
            for series in [
                #"loco_agent_jobs{state="running"} 1"#, #"loco_agent_jobs{state="exited"} 0"#,
                "loco_agent_job_up\(label) 1", "loco_agent_job_restarts_total\(label) 0",
                "loco_agent_job_hung\(label) 0", #"loco_agent_job_restarts_total{job_id="bad"} 0"#,
                #"loco_agent_stops_total{by="kill"} 0"#, #"loco_agent_escalations_total{to="kill"} 0"#,
                "loco_agent_stop_failures_total 0",
            ] { #expect(page.contains(series + "\n"), "\(series) in \(page)") }
            let resident = page.split(separator: "\n").first { $0.hasPrefix("loco_agent_job_resident_bytes\(label) ") }
            #expect(resident.flatMap { Int($0.split(separator: " ").last ?? "") }.map { $0 > 100_000 } == true)
            #expect(!page.contains(#"loco_agent_job_up{job_id="bad"}"#))

            try await eventually("it heeds no SIGTERM") {
                let query = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
                return try await agent.send(.GET, "/logs?job_id=\(query)").text.contains("up")
            }
            let stop = JSONValue.object(["job_id": .string(id), "mode": "term", "grace": .number(0.2)]).text
            #expect(try await agent.send(.POST, "/stop", stop).json?["ended_by"]?.string == "kill")
            let after = try await agent.send(.GET, "/metrics").text
            for series in [
                #"loco_agent_stops_total{by="kill"} 1"#, #"loco_agent_stops_total{by="term"} 0"#,
                #"loco_agent_escalations_total{to="kill"} 1"#, #"loco_agent_escalations_total{to="tree_kill"} 0"#,
            ] { #expect(after.contains(series + "\n"), "\(series) in \(after)") }
            #expect(!after.contains("loco_agent_job_cpu_percent\(label)"))
            // Every family is written down, and nothing is that is none.
            let documented = try String(contentsOfFile: Self.metricsPage, encoding: .utf8)
            let named = Set(
                documented.split(separator: "\n").filter { $0.hasPrefix("| `loco_agent_") }
                    .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) })
            let families = Set(
                after.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map {
                    String($0.split(separator: " ")[2])
                })
            #expect(named == families)
        }
    }

    private static let metricsPage = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../docs/metrics.md").standardizedFileURL.path

    @Test func `a command's return code and output come back, and the environment's secrets do not`() async throws {
        try await Self.withAgent { agent in
            let body = #"{"exe":"sh","args":["-c","printf %s \"$WORD\"; exit 3"],"environment":{"WORD":"quiet"}}"#
            let done = try await agent.send(.POST, "/exec", body)
            #expect(done.status == 200 && done.json?["return_code"]?.number == 3)
            #expect(done.json?["stdout"]?.string == "quiet" && done.json?["timed_out"]?.bool == false)
            let long = try await agent.send(.POST, "/exec", #"{"exe":"sleep","args":["60"],"timeout":0.5}"#)
            #expect(long.json?["timed_out"]?.bool == true && long.json?["return_code"]?.number == 137)
            let secret =
                #"{"exe":"sleep","args":["60"],"job_id":"s","environment":{"LOCO_TOKEN":"secret-secret-secret"}}"#
            #expect(try await agent.send(.POST, "/start", secret).status == 201)
            #expect(try await agent.send(.GET, "/status").text.contains("secret-secret-secret") == false)
        }
    }
}
