import Probe
import Testing

@testable import Fleet

@Suite("RecoveryPolicy")
struct RecoveryPolicyTests {
    @Test("the third bad report in a row makes an attempt due, and a good one between starts the count again")
    func consecutive() {
        var policy = RecoveryPolicy()
        let findings: [RecoveryPolicy.Finding] = [.bad, .bad, .good, .bad, .undecided, .bad, .bad, .bad]
        let decisions = findings.enumerated().map { policy.noted($1, at: .seconds($0)) }
        #expect(decisions == [.none, .none, .none, .none, .none, .none, .none, .attempt])
    }

    @Test("attempts come at once, 30 and 60 seconds after the one before, and the fourth never")
    func delays() {
        var policy = RecoveryPolicy()
        var now = Duration.zero
        var begun: [Duration] = []
        while now < .seconds(600) {
            now += .seconds(1)
            guard policy.noted(.bad, at: now) == .attempt else { continue }
            begun.append(now)
            policy.began()
            now += .seconds(15)
            policy.ended(at: now)
        }
        #expect(begun == [.seconds(3), .seconds(48), .seconds(123)])
        #expect(policy.isExhausted)
        #expect(policy.noted(.bad, at: now) == .exhausted)
    }

    @Test("30 seconds of health in one piece forget the attempts; less, or a gap, does not")
    func reset() {
        var policy = RecoveryPolicy()
        policy.began()
        policy.ended(at: .zero)
        #expect(policy.nextAttempt == .seconds(30))
        for second in 1...30 { _ = policy.noted(.good, at: .seconds(second)) }
        #expect(policy.attempts == 1)
        _ = policy.noted(.undecided, at: .seconds(31))
        for second in 32...61 { _ = policy.noted(.good, at: .seconds(second)) }
        #expect(policy.attempts == 1)
        _ = policy.noted(.good, at: .seconds(62))
        #expect(policy.attempts == 0)
        #expect(policy.nextAttempt == nil)
    }

    @Test("health before an attempt does not forget it")
    func healthBefore() {
        var policy = RecoveryPolicy()
        _ = policy.noted(.good, at: .zero)
        policy.began()
        _ = policy.noted(.good, at: .seconds(100))
        #expect(policy.attempts == 1)
    }

    static let findings: [(HealthReport, RecoveryPolicy.Finding)] = [
        (.made(), .good),
        (.made([.qemu]), .bad),
        (.made(mild: [.qemu]), .good),
        (.made(mild: [.viewer]), .good),
        (.made(services: ["qemu": "running", "xserver": "starting"]), .undecided),
        (.made(services: ["qemu": "restarting"]), .undecided),
        (.made([.qemu], services: ["qemu": "restarting"]), .bad),
        (.made(services: ["media": "stopped"]), .good),
    ]

    @Test("a report is good, bad, or proves nothing while something is on its way up", arguments: findings)
    func finding(_ report: HealthReport, _ expected: RecoveryPolicy.Finding) {
        #expect(RecoveryPolicy.finding(report) == expected)
    }
}
