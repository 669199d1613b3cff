import Fleet

/// The jobs of all hosts as people read them, and as programs do.
struct StatusTable: Encodable, Sendable {
    /// One host with what it runs.
    struct Row: Encodable, Sendable {
        var name: String
        var host: String
        var port: Int
        var reachable: Bool
        /// nil where it answers.
        var error: String?
        var jobs: [JobStatus]

        private enum CodingKeys: String, CodingKey { case name, host, port, reachable, error, jobs }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(host, forKey: .host)
            try container.encode(port, forKey: .port)
            try container.encode(reachable, forKey: .reachable)
            try container.encode(error, forKey: .error)
            try container.encode(jobs, forKey: .jobs)
        }
    }

    var clients: [Row]

    init(_ answers: [AgentFleet.Answer<AgentAnswers.Jobs>]) {
        clients = answers.map { answer in
            var row = Row(
                name: answer.host.name, host: answer.host.host, port: answer.host.port, reachable: true, jobs: [])
            switch answer.result {
            case .success(let status): row.jobs = status.jobs
            case .failure(let problem): (row.reachable, row.error) = (!problem.isUnreachable, "\(problem)")
            }
            return row
        }
    }

    /// NAME JOB_ID PID STATUS CPU% MEM(MB) HUNG; what was not measured is a dash.
    var text: String {
        var rows = [["NAME", "JOB_ID", "PID", "STATUS", "CPU%", "MEM(MB)", "HUNG"]]
        for client in clients {
            guard client.error == nil else {
                rows.append([client.name, "-", "-", client.reachable ? "refused" : "unreachable", "-", "-", "-"])
                continue
            }
            if client.jobs.isEmpty { rows.append([client.name, "-", "-", "no jobs", "-", "-", "-"]) }
            for job in client.jobs {
                rows.append([
                    client.name, TerminalText.line(job.id.rawValue), job.pid.map(String.init) ?? "-",
                    job.state.rawValue,
                    Self.number(job.cpuPercent), Self.number(job.memoryMB),
                    job.state.isLive ? (job.isHung ? "yes" : "no") : "-",
                ])
            }
        }
        return TerminalText.table(rows)
    }

    private static func number(_ value: Double?) -> String { value.map { "\(($0 * 10).rounded() / 10)" } ?? "-" }
}
