import Fleet
import Foundation
import Probe

/// What the hub knows of one node from listening to it.
struct NodeState: Sendable, Equatable {
    /// Why a node does not report.
    enum Failure: String, Sendable, Equatable, CaseIterable {
        /// Its host refuses connections: the host lives, the node does not.
        case refused
        /// Its host takes connections, and the node says nothing: it hangs.
        case silent
        /// Nothing comes back from its host: it is cut off.
        case timeout
        /// Something else than reports comes back.
        case badAnswer = "bad-answer"
    }

    /// The address that is listened to; another one is another node.
    var url: String?
    /// The last report, `nil` before the first.
    var report: HealthReport?
    /// When it came.
    var reportedAt: ContinuousClock.Instant?
    /// Why it does not report; `nil` while it does.
    var failure: Failure?
    /// What was seen of that.
    var failureMessage: String?
    /// Checks in a row, a second apart, that found it not reporting.
    var failures = 0

    /// Whether it reports.
    var isReporting: Bool { report != nil && failure == nil }

    /// Seconds since the last report came.
    func reportAge(at now: ContinuousClock.Instant = .now) -> Double? {
        reportedAt.map { ((now - $0) / .milliseconds(100)).rounded() / 10 }
    }

    /// The instance's status as clients see it: what its node reports, or else what its discovery says.
    func status(of instance: Instance) -> InstanceStatus {
        guard let url = instance.streamUrl else { return instance.status }
        guard self.url == url else { return .booting }
        guard failure == nil else { return report == nil && failures < 3 ? .booting : .error }
        return switch report?.overallStatus {
        case .healthy: .ready
        case .degraded: report?.isStarting == true ? .booting : .degraded
        case .unhealthy: .error
        case nil: .booting
        }
    }
}

extension InstanceStatus {
    /// Whether it can be watched.
    var isWatchable: Bool { self == .ready || self == .running || self == .degraded }
}
