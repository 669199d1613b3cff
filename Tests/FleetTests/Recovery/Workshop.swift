import Foundation
import Probe
import Synchronization

@testable import Fleet

/// A `Recovery` on a manual clock, with actions that a test plays.
final class Workshop: Sendable {
    let clock = ManualClock()
    let recovery: Recovery<ManualClock>
    private let bench = Bench()

    /// Where the actions are played.
    private final class Bench: Sendable {
        struct State {
            var done: [RecoveryStrategy] = []
            var failing: Set<RecoveryStrategy> = []
            var hanging = false
        }

        let state = Mutex(State())

        func perform(_ strategy: RecoveryStrategy, _ clock: ManualClock) async throws {
            let (fails, hangs) = state.withLock { state in
                state.done.append(strategy)
                return (state.failing.contains(strategy), state.hanging)
            }
            if fails { throw ProcessError.spawnFailed(name: "thing", reason: "as told") }
            if hangs { try await clock.sleep(for: .seconds(100_000)) }
        }
    }

    init(policy: RecoveryPolicy = RecoveryPolicy()) {
        let (clock, bench) = (clock, bench)
        recovery = Recovery(
            instance: InstanceID(ordinal: 0), policy: policy, clock: clock, logger: testLogger,
            date: { Self.date(clock.now) }
        ) { try await bench.perform($0, clock) }
    }

    static func date(_ instant: ManualClock.Instant) -> Date {
        Date(timeIntervalSince1970: 1_000_000 + instant.offset.inSeconds)
    }

    /// The actions that were begun.
    var done: [RecoveryStrategy] { bench.state.withLock { $0.done } }

    func fail(_ strategies: RecoveryStrategy...) { bench.state.withLock { $0.failing = Set(strategies) } }

    /// Actions do not end before they are cancelled.
    func hang(_ hanging: Bool) { bench.state.withLock { $0.hanging = hanging } }

    /// A second passes, then a report comes; `times` times.
    func report(
        _ severe: [Evidence.Part] = [], mild: [Evidence.Part] = [], services: [String: String] = [:], times: Int = 1
    ) async {
        for _ in 0..<times {
            clock.advance(by: .seconds(1))
            await recovery.note(.made(severe, mild: mild, services: services, at: Self.date(clock.now)))
        }
    }

    /// Waits until no action runs and the time for measurements has begun.
    func acted(_ count: Int) async -> Bool {
        await eventually { self.done.count == count && self.clock.pending.contains { $0 <= .seconds(15) } }
    }
}
