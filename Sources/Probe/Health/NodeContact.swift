/// How whoever judges an instance hears of it; a node that judges its own is always reporting.
public enum NodeContact: String, Sendable, Codable, CaseIterable {
    /// Reports come.
    case reporting
    /// The host answers and the node does not run on it.
    case refused
    /// The node's connection is open, or its host answers, and no report comes.
    case silent
    /// Nothing comes back from the host.
    case timedOut
    /// It answers with something else than reports.
    case garbled

    /// Seconds without a report from which a node that pushes one each second counts as silent.
    public static let silenceLimit = 3.0

    /// A live host without its node is a failure of what runs there; one that nothing comes back from is cut off.
    var failure: FailureClass {
        switch self {
        case .reporting: .none
        case .refused, .silent, .garbled: .qemu
        case .timedOut: .network
        }
    }

    var evidence: Evidence? {
        switch self {
        case .reporting: nil
        case .refused:
            Evidence(part: .node, reason: "the node does not run although its host answers", value: "refused")
        case .silent:
            Evidence(
                part: .node, reason: "the node does not report although its host answers", value: "silent",
                threshold: "\(Int(Self.silenceLimit)) s")
        case .timedOut:
            Evidence(part: .node, reason: "unreachable: nothing comes back from the node's host", value: "timed out")
        case .garbled:
            Evidence(part: .node, reason: "the node answers with something else than reports", value: "garbled")
        }
    }
}
