import Fleet
import Probe

/// How far an instance is, told for people: a pure function of what discovery and its node say.
enum InstanceStage {
    /// The news that are true of `instance` now.
    static func news(of instance: Instance, _ state: NodeState) -> InstanceNews {
        guard instance.provisioned else {
            return InstanceNews(phase: .announcing, message: "it is known and not set up")
        }
        guard let url = instance.streamUrl else { return withoutNode(instance) }
        guard state.url == url, state.failure != nil || state.report != nil else {
            return InstanceNews(phase: .booting, message: "its node runs and has not reported yet")
        }
        if state.failure != nil {
            let reason = NodeReport(instance: instance, state: state).evidence?.reason ?? "its node does not report"
            guard state.report != nil || state.failures >= NodeRecovery.checks else {
                return InstanceNews(phase: .starting, message: "its node is awaited: \(reason)")
            }
            return InstanceNews(phase: .error, message: reason)
        }
        guard let report = state.report else {
            return InstanceNews(phase: .booting, message: "its node runs and has not reported yet")
        }
        let errors = report.errors.joined(separator: "; ")
        return switch report.overallStatus {
        case .healthy: InstanceNews(phase: .ready, progress: 1, message: "it can be watched")
        case .degraded where report.isStarting: booting(report)
        case .degraded: InstanceNews(phase: .degraded, message: errors)
        case .unhealthy:
            InstanceNews(phase: .error, message: errors.isEmpty ? "its node reports a failure" : errors)
        }
    }

    private static func withoutNode(_ instance: Instance) -> InstanceNews {
        if let reason = instance.kubernetes?.reason {
            let phase: InstanceNews.Phase =
                switch instance.status {
                case .error: .error
                case .unknown: .announcing
                default: .starting
                }
            return InstanceNews(phase: phase, message: reason)
        }
        return switch instance.status {
        case .error:
            InstanceNews(phase: .error, message: "its node ended too often and is not started again by itself")
        case .unknown: InstanceNews(phase: .announcing, message: "its node is not up")
        default: InstanceNews(phase: .starting, message: "its node starts")
        }
    }

    /// The parts of the way are the node, each of its services, and the first picture.
    private static func booting(_ report: HealthReport) -> InstanceNews {
        let running = report.services.filter { $0.state == ProcessState.running.rawValue }
        let waiting = report.services.filter { $0.state != ProcessState.running.rawValue }.map(\.name)
        let hasPicture = report.deepHealth.video.displayActive == true
        let done = 1 + running.count + (hasPicture ? 1 : 0)
        let message =
            !waiting.isEmpty
            ? "waits for \(waiting.joined(separator: ", "))"
            : hasPicture ? "its guest starts" : "waits for the first picture"
        return InstanceNews(
            phase: .booting, progress: Double(done) / Double(2 + report.services.count), message: message)
    }
}
