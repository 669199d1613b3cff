/// Why an agent did not do what it was asked.
enum AgentProblem: Error, Equatable, CustomStringConvertible {
    /// It does not answer.
    case unreachable(host: String, reason: String)
    /// It does not want to.
    case refused(host: String, status: Int, code: String, message: String)
    /// What answers is no agent.
    case noAgent(host: String, status: Int)

    var description: String {
        switch self {
        case .unreachable(let host, let reason): "\(host) is unreachable: \(reason)"
        case .refused(let host, _, _, let message): "\(host): \(message)"
        case .noAgent(let host, let status): "\(host): what answers there (status \(status)) is no agent of Loco"
        }
    }

    /// The host cannot be reached, whatever it does.
    var isUnreachable: Bool { if case .unreachable = self { true } else { false } }
}
