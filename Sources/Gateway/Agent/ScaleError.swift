import Fleet

/// Why a fleet does not get the number of instances it was asked for.
enum ScaleError: Error, Equatable, CustomStringConvertible {
    /// The number is out of range.
    case outOfRange(Int)
    /// No agent answers.
    case noHost
    /// The one that would have to go is out of reach.
    case unreachable(InstanceID, host: String)
    /// Part of it was done.
    case incomplete(reached: Int, problems: [String])

    /// Instances that a fleet may have.
    static let range = 0...1024

    var description: String {
        switch self {
        case .outOfRange(let number):
            "\(number) instances: it must be from \(Self.range.lowerBound) to \(Self.range.upperBound)"
        case .noHost: "no agent of the inventory answers: start 'loco agent' on its hosts"
        case .unreachable(let id, let host):
            "\(id) would have to go, and its host \(host) cannot be reached; nothing was changed"
        case .incomplete(let reached, let problems):
            "it came to \(reached) instances only: \(problems.joined(separator: "; "))"
        }
    }
}
