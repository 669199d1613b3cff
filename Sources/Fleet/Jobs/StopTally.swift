/// How jobs were ended that somebody wanted to end, counted since the start.
public struct StopTally: Sendable, Equatable {
    /// Ended, by what it took last.
    public private(set) var ended: [StopMode: Int] = [:]
    /// Steps harsher than what was asked for, each counted.
    public private(set) var escalations: [StopMode: Int] = [:]
    /// Nothing ended them.
    public private(set) var failures = 0

    /// Nothing has been ended.
    public init() {}

    mutating func count(_ end: JobEnd, asked: StopMode) {
        guard let last = end.endedBy else { return }
        ended[last, default: 0] += 1
        for step in end.steps where step > asked { escalations[step, default: 0] += 1 }
    }

    mutating func countFailure() { failures += 1 }
}
