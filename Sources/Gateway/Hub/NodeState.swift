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

    /// The last report, `nil` before the first.
    var report: JSONValue?
    /// When it came.
    var reportedAt: Date?
    /// Why the last question was not answered; `nil` when it was.
    var failure: Failure?
    /// Questions without an answer since the last report.
    var failures = 0

    /// Whether the last question was answered.
    var isReachable: Bool { report != nil && failure == nil }

    /// The instance's status as clients see it.
    /// - Parameter hasURL: whether the node's address is known.
    func status(hasURL: Bool) -> InstanceStatus {
        guard hasURL else { return report == nil ? .booting : .error }
        guard let report else { return .booting }
        guard failure == nil else { return .error }
        return switch report["overallStatus"]?.string {
        case "healthy": .ready
        case "degraded": .degraded
        case "unhealthy": .error
        default: .running
        }
    }
}
