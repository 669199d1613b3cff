import Fleet
import Foundation

/// What the hub knows of one node from asking it.
struct NodeState: Sendable, Equatable {
    /// Why a node did not answer.
    enum Failure: String, Sendable, Equatable {
        /// Its host refused the connection: the host lives, the node does not.
        case refused
        /// Nothing came back in time.
        case timeout
        /// Something else than a report came back.
        case badAnswer = "bad-answer"
    }

    /// The address that was asked; another one is another node.
    var url: String?
    /// The last report, `nil` before the first.
    var report: JSONValue?
    /// When it came.
    var reportedAt: Date?
    /// Why the last question was not answered; `nil` when it was.
    var failure: Failure?
    /// Questions in a row without an answer.
    var failures = 0

    /// Whether the last question was answered.
    var isReachable: Bool { report != nil && failure == nil }

    /// The instance's status as clients see it: what its node reports, or else what its discovery says.
    func status(of instance: Instance) -> InstanceStatus {
        guard let url = instance.streamUrl else { return instance.status }
        guard self.url == url else { return .booting }
        guard failure == nil else { return report == nil && failures < 3 ? .booting : .error }
        guard let report else { return .booting }
        return switch report["overallStatus"]?.string {
        case "healthy": .ready
        case "degraded": .degraded
        case "unhealthy": .error
        default: .running
        }
    }
}

extension InstanceStatus {
    /// Whether it can be watched.
    var isWatchable: Bool { self == .ready || self == .running || self == .degraded }
}
