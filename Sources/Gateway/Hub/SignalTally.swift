/// What was said through the hub's `/signal`, counted where it passes.
struct SignalTally: Sendable, Equatable {
    /// Offers handed on, or kept for a node whose socket is being opened.
    var offers = 0
    /// Answers of nodes handed on.
    var answers = 0
    /// Errors told to clients, the hub's own and those of nodes, by code; ``other`` for codes the hub does not know.
    var errors: [String: Int] = [:]

    /// Stands for codes that are in no list, so that nobody can make series of his own.
    static let other = "other"

    var isEmpty: Bool { self == SignalTally() }

    mutating func countError(_ code: String?) {
        errors[code.flatMap(SignalErrorCode.init)?.rawValue ?? Self.other, default: 0] += 1
    }

    static func += (total: inout SignalTally, part: SignalTally) {
        total.offers += part.offers
        total.answers += part.answers
        total.errors.merge(part.errors, uniquingKeysWith: +)
    }
}
