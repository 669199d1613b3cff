import Fleet
import Probe

/// Crashes and recoveries counted since the node's start, for metrics.
struct HealthTally: Sendable {
    /// A service's crashes of one class.
    struct Crash: Hashable, Sendable {
        let service: String
        let crashClass: String
    }

    /// Attempts of one strategy with one outcome.
    struct Attempt: Hashable, Sendable {
        let strategy: RecoveryStrategy
        let outcome: RecoveryRecord.Outcome
    }

    /// Ends nobody asked for.
    private(set) var crashes: [Crash: Int] = [:]
    /// Attempts that are over.
    private(set) var recoveries: [Attempt: Int] = [:]
    /// From the action to the good measurements, of the attempts that succeeded.
    let durations = DurationHistogram(bounds: Self.bounds)

    /// 1 s to 2 min: an attempt waits for measurements, which come once a second.
    private static let bounds: [UInt64] = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60, 120].map { $0 * 1_000_000_000 }

    /// Notes an end nobody asked for.
    mutating func crashed(_ crash: CrashRecord) {
        crashes[Crash(service: crash.service, crashClass: crash.crashClass.rawValue), default: 0] += 1
    }

    /// Notes an attempt; only its end counts.
    mutating func recovery(_ record: RecoveryRecord) {
        guard let outcome = record.outcome else { return }
        recoveries[Attempt(strategy: record.strategy, outcome: outcome), default: 0] += 1
        guard outcome == .recovered, let ended = record.endedAt else { return }
        durations.record(UInt64(max(0, ended.timeIntervalSince(record.startedAt)) * 1e9))
    }
}
