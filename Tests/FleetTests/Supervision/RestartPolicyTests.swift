import Testing

@testable import Fleet

@Suite("RestartPolicy")
struct RestartPolicyTests {
    @Test("quick failures wait 30, 60, 120, 120 seconds and the fifth gives up")
    func quickFailures() {
        var policy = RestartPolicy()
        let decisions = (0..<5).map { _ in policy.ended(after: .seconds(1)) }
        #expect(
            decisions == [
                .restart(after: .seconds(30)), .restart(after: .seconds(60)), .restart(after: .seconds(120)),
                .restart(after: .seconds(120)), .giveUp,
            ])
    }

    @Test("an end after 30 seconds restarts at once and forgets earlier failures")
    func healthyUptime() {
        var policy = RestartPolicy()
        _ = policy.ended(after: .seconds(29))
        _ = policy.ended(after: .zero)
        #expect(policy.ended(after: .seconds(30)) == .restart(after: .zero))
        #expect(policy.failures == 0)
        #expect(policy.ended(after: .seconds(1)) == .restart(after: .seconds(30)))
    }

    @Test("delays are the caller's to choose")
    func delays() {
        var policy = RestartPolicy(healthyUptime: .seconds(1), delays: [.milliseconds(5)], maximumFailures: 3)
        #expect(policy.ended(after: .zero) == .restart(after: .milliseconds(5)))
        #expect(policy.ended(after: .zero) == .restart(after: .milliseconds(5)))
        #expect(policy.ended(after: .zero) == .giveUp)
        policy.reset()
        #expect(policy.ended(after: .zero) == .restart(after: .milliseconds(5)))
    }
}
