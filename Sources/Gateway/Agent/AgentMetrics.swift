import Fleet
import Probe

/// An agent's measurements at one moment, as Prometheus reads them. Everything is gathered when it is asked for, so that a
/// job's series vanish with it.
struct AgentMetrics: Sendable {
    /// All jobs that are remembered, those that have ended too.
    var jobs: [JobFigures]
    /// How jobs were ended, since the agent's start.
    var stops: StopTally
    var process: ProcessUsage?

    /// Prometheus's text format.
    var text: String {
        var page = PrometheusText()
        writeJobs(to: &page)
        writeStops(to: &page)
        writeProcess(to: &page)
        return page.text
    }

    private func writeJobs(to page: inout PrometheusText) {
        page.family("loco_agent_jobs", .gauge, "Jobs of the host, by state; the newest that ended are among them.")
        let byState = Dictionary(grouping: jobs, by: \.status.state).mapValues(\.count)
        for state in JobState.allCases {
            page.sample("loco_agent_jobs", [("state", state.rawValue)], Double(byState[state] ?? 0))
        }
        func each(
            _ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: (JobFigures) -> Double?
        ) {
            page.family(name, kind, help)
            for job in jobs {
                guard let value = value(job) else { continue }
                page.sample(name, [("job_id", job.status.id.rawValue)], value)
            }
        }
        each("loco_agent_job_up", .gauge, "1 while the job runs, of those that run or are to be kept up.") {
            $0.status.state.isLive || $0.status.isKeptUp ? ($0.status.state == .running ? 1 : 0) : nil
        }
        each("loco_agent_job_restarts_total", .counter, "Starts of the job after ends nobody asked for.") {
            Double($0.status.restarts)
        }
        each("loco_agent_job_cpu_percent", .gauge, "Per cent of one core, the job and all it started together.") {
            $0.cpuPercent
        }
        each("loco_agent_job_resident_bytes", .gauge, "RAM of the job and all it started together.") {
            $0.residentBytes.map(Double.init)
        }
        each("loco_agent_job_hung", .gauge, "1 while the job has used next to no processor for 30 s.") {
            $0.status.state.isLive ? ($0.status.isHung ? 1 : 0) : nil
        }
    }

    private func writeStops(to page: inout PrometheusText) {
        page.family("loco_agent_stops_total", .counter, "Jobs ended because somebody wanted it, by what it took.")
        for mode in StopMode.allCases {
            page.sample("loco_agent_stops_total", [("by", mode.rawValue)], Double(stops.ended[mode] ?? 0))
        }
        page.family(
            "loco_agent_escalations_total", .counter, "Harsher steps than was asked for that ending a job took.")
        for mode in StopMode.allCases where mode > .terminate {
            page.sample("loco_agent_escalations_total", [("to", mode.rawValue)], Double(stops.escalations[mode] ?? 0))
        }
        page.family("loco_agent_stop_failures_total", .counter, "Times that nothing ended a job.")
        page.sample("loco_agent_stop_failures_total", [], Double(stops.failures))
    }

    private func writeProcess(to page: inout PrometheusText) {
        func one(_ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: Double?) {
            page.family(name, kind, help)
            if let value { page.sample(name, [], value) }
        }
        one(
            "loco_agent_resident_bytes", .gauge, "RAM of the agent's process.", process.map { Double($0.residentBytes) }
        )
        one("loco_agent_cpu_seconds_total", .counter, "Processor time of the agent's process.", process?.cpuSeconds)
        one("loco_agent_threads", .gauge, "Threads of the agent's process.", process.map { Double($0.threads) })
        one("loco_agent_open_fds", .gauge, "Open files of the agent's process.", process.map { Double($0.openFiles) })
    }
}
