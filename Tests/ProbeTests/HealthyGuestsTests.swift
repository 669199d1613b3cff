import Testing

@testable import Probe

/// Every healthy guest there is, made up at random: none may be mended.
@Suite("Healthy guests", .timeLimit(.minutes(1)))
struct HealthyGuestsTests {
    /// Repeatable: a failure can be tried again by its seed.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 33
        }
    }

    private func guest(_ dice: inout Dice) -> HealthFacts {
        func perhaps<Value>(_ value: Value) -> Value? { Bool.random(using: &dice) ? value : nil }
        func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &dice) }
        func process() -> ServiceFact {
            ServiceFact(
                isRunning: true, state: perhaps("RSD".randomElement(using: &dice) ?? "S"),
                uptime: perhaps(number(0...1e6)))
        }
        var facts = HealthFacts()
        facts.qemu = perhaps(process())
        facts.display = perhaps(process())
        facts.pulse = perhaps(process())
        facts.isStarting = number(0...1) < 0.05
        facts.runState = perhaps(
            ["running", "paused", "suspended", "prelaunch"].randomElement(using: &dice) ?? "running")
        facts.controlSilence = perhaps(number(0...2))
        // Moving, halting between interrupts, standing still.
        facts.vcpuProgress = perhaps([0, 0.01, number(0...400)].randomElement(using: &dice) ?? 0)
        facts.newDiskErrors = perhaps(0)
        facts.hasPanicked = perhaps(false)
        facts.lastFrameAge = perhaps(number(0...2))
        facts.soundAnswerAge = perhaps(number(0...2))
        facts.guestStreamLost = perhaps(false)
        facts.qemuCPU = perhaps(number(0...400))
        facts.qemuBusyFor = perhaps(number(0...1e5))
        facts.qemuMemory = perhaps(number(0...100))
        facts.network = perhaps(.with(newErrors: perhaps(Int.random(in: 0...10, using: &dice))))
        facts.troubles = perhaps([ViewerTrouble(viewer: "v", kind: .loss, measured: number(0.05...1), limit: 0.05)])
        return facts
    }

    @Test("no healthy guest is ever to be mended, whether it moves, stands still, is silent or paused")
    func property() {
        var dice = Dice(state: 20_260_101)
        for _ in 0..<50_000 {
            let facts = guest(&dice)
            let verdict = HealthVerdict.of(facts)
            #expect(!verdict.recoveryNeeded && verdict.status != .unhealthy, "\(facts)")
            let isSlow = verdict.evidence.contains { $0.part == .load }
            let isTroubled = facts.troubles != nil && !facts.isStarting
            let expected: FailureClass = isSlow ? .qemu : isTroubled ? .client : .none
            #expect(verdict.failure == expected, "\(facts)")
            if verdict.evidence.isEmpty { #expect(verdict.status == .healthy) }
        }
    }

    @Test("one fault in any healthy guest is seen", arguments: 0..<6)
    func fault(_ kind: Int) {
        var dice = Dice(state: UInt64(kind) + 7)
        for _ in 0..<2_000 {
            var facts = guest(&dice)
            facts.isStarting = false
            switch kind {
            case 0: facts.qemu = ServiceFact(isRunning: false)
            case 1: facts.qemu = ServiceFact(isRunning: true, state: "T")
            case 2: facts.controlSilence = Double.random(in: 6.1...1e4, using: &dice)
            case 3: facts.lastFrameAge = Double.random(in: 2.1...1e4, using: &dice)
            case 4: facts.network = .with(tap: nil)
            default: facts.pulse = ServiceFact(isRunning: true, state: "T")
            }
            let verdict = HealthVerdict.of(facts)
            #expect(verdict.recoveryNeeded, "\(facts)")
            let isSlow = verdict.evidence.contains { $0.part == .load }
            #expect(verdict.failure == (kind != 4 ? .qemu : isSlow ? .mixed : .network))
        }
    }
}
