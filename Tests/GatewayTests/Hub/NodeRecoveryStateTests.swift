import Fleet
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct NodeRecoveryStateTests {
    private let start = ContinuousClock.now
    private var state = NodeRecoveryState(instance: InstanceID(ordinal: 0))

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// Checks each second from `first` to `last`; gives the seconds at which attempts began, each of which fails.
    private mutating func attempts(_ first: Int, _ last: Int) -> [Int] {
        (first...last).filter { second in
            guard case .attempt = state.note(isReporting: false, report: nil, at: at(Double(second))) else {
                return false
            }
            #expect(state.acted("no", at: at(Double(second)))?.outcome == .failed)
            return true
        }
    }

    @Test
    mutating func
        `the third bad check in a row begins the first attempt, with backoff before the others, then it rests`()
    {
        #expect(state.note(isReporting: false, report: nil, at: at(-3)) == .none)
        #expect(state.note(isReporting: true, report: nil, at: at(-2)) == .none)
        #expect(attempts(0, 600) == [2, 32, 92])
        let status = state.status(canRestart: true, at: at(600))
        #expect(status.attempts == 3 && !status.canRecover && !status.isRecovering && status.nextAttemptAt == nil)
        #expect(status.history.map(\.attempt) == [3, 2, 1])
    }

    @Test mutating func `thirty seconds of reports give all attempts back, less do not`() {
        #expect(attempts(0, 600).count == 3)
        for second in 601...625 { _ = state.note(isReporting: true, report: nil, at: at(Double(second))) }
        #expect(attempts(626, 700) == [])
        for second in 701...732 { _ = state.note(isReporting: true, report: nil, at: at(Double(second))) }
        #expect(attempts(733, 740) == [735])
    }

    @Test mutating func `an attempt succeeds by the reports after it, not by its action, and fails without them`() {
        for second in 0...1 { _ = state.note(isReporting: false, report: nil, at: at(Double(second))) }
        guard case .attempt = state.note(isReporting: false, report: nil, at: at(2)) else {
            Issue.record("no attempt")
            return
        }
        #expect(state.status(canRestart: true, at: at(2)).isRecovering)
        // While it is stopped it may still say something.
        #expect(state.note(isReporting: true, report: nil, at: at(3)) == .none)
        #expect(state.acted(nil, at: at(4)) == nil)
        #expect(state.note(isReporting: false, report: nil, at: at(5)) == .none)
        guard case .ended(let good) = state.note(isReporting: true, report: nil, at: at(6)) else {
            Issue.record("no end")
            return
        }
        #expect(good.outcome == .recovered && good.attempt == 1)
        #expect(throws: Never.self) { _ = try state.force(false, report: nil, at: at(7)) }
        _ = state.acted(nil, at: at(8))
        #expect(state.note(isReporting: false, report: nil, at: at(37)) == .none)
        guard case .ended(let bad) = state.note(isReporting: false, report: nil, at: at(38)) else {
            Issue.record("no end")
            return
        }
        #expect(bad.outcome == .failed && bad.attempt == 2)
    }

    @Test mutating func `force goes over the limit, and nothing goes beside an attempt that runs`() throws {
        #expect(attempts(0, 600).count == 3)
        do {
            _ = try state.force(false, report: nil, at: at(601))
            Issue.record("not refused")
        } catch { #expect(error.code == "attempts-exhausted" && error.status == .conflict) }
        #expect(try state.force(true, report: nil, at: at(601)).forced)
        do {
            _ = try state.force(true, report: nil, at: at(602))
            Issue.record("not refused")
        } catch { #expect(error.code == "recovering") }
    }

    @Test mutating func `attempts that did not reach the node do not count, and do not follow closely either`() {
        var begun: [Int] = []
        for second in 0...600 {
            let now = at(Double(second))
            guard case .attempt = state.note(isReporting: false, report: nil, at: now) else { continue }
            begun.append(second)
            #expect(state.acted("cut off", isUntouched: true, at: now)?.outcome == .failed)
        }
        #expect(begun == [2, 32, 92, 212, 332, 452, 572])
        let status = state.status(canRestart: true, at: at(600))
        #expect(status.attempts == 0 && status.canRecover && status.history.count == 7)
        // The way is there again: all three are left, the first as soon as the last wait is over.
        #expect(attempts(601, 1200) == [692, 722, 782])
    }

    @Test mutating func `checks that may be the hub's own fault do not add up`() {
        for second in 0...1 { _ = state.note(isReporting: false, report: nil, at: at(Double(second))) }
        state.excuse()
        #expect(attempts(2, 10) == [4])
    }
}
