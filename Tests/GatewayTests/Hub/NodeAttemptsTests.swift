import Fleet
import Testing

@testable import Gateway

/// On a clock of its own: what a hub tries, without trying it.
@Suite(.timeLimit(.minutes(1)))
struct NodeAttemptsTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }
    private func ids(_ numbers: Range<Int>) -> [InstanceID] { numbers.map { InstanceID(ordinal: $0) } }

    /// Runs attempts until `end`: each takes `takes` seconds, and then does what `outcome` says of it (true: it is opened).
    ///
    /// - Returns: when each attempt began, by node.
    private func run(
        _ attempts: inout NodeAttempts, from first: Double = 0, to end: Double, takes: Double = 0.001,
        outcome: (InstanceID, Double) -> Bool = { _, _ in false }
    ) -> [InstanceID: [Double]] {
        var begun: [InstanceID: [Double]] = [:]
        var underWay: [(until: ContinuousClock.Instant, id: InstanceID)] = []
        var now = at(first)
        var round = 0
        while now < at(end) {
            for id in attempts.next(at: now) {
                begun[id, default: []].append((now - start) / .seconds(1))
                underWay.append((now + .seconds(takes), id))
            }
            let due = attempts.nextDue(at: now)
            guard let next = (underWay.map(\.until) + [due].compactMap(\.self)).min() else { break }
            now = max(now, next)
            for (until, id) in underWay where until <= now {
                round += 1
                // From 0.75 to 1.25, evenly.
                let jitter = 0.75 + Double(round % 11) / 20
                if outcome(id, (now - start) / .seconds(1)) {
                    attempts.opened(id)
                } else {
                    attempts.failed(id, at: now, jitter: jitter)
                }
            }
            underWay.removeAll { $0.until <= now }
        }
        return begun
    }

    private func most(_ begun: [InstanceID: [Double]], within seconds: Double, from first: Double) -> Int {
        let times = begun.values.joined().filter { $0 >= first }.sorted()
        var (low, most) = (0, 0)
        for (high, time) in times.enumerated() {
            while time - times[low] >= seconds { low += 1 }
            most = max(most, high - low + 1)
        }
        return most
    }

    @Test(arguments: [0.001, 1.0])
    func `a thousand nodes that do not answer are tried twenty times a second`(takes: Double) {
        var attempts = NodeAttempts(at: start)
        for id in ids(0..<1000) { attempts.add(id, at: start) }
        let begun = run(&attempts, to: 300, takes: takes)
        #expect(begun.count == 1000, "each is tried")
        let firsts = begun.values.compactMap(\.first).max() ?? 0
        #expect(firsts < (takes < 1 ? 0.1 : 9), "and soon: the last at \(firsts) s")
        let settled = firsts + 2
        #expect(most(begun, within: 1, from: settled) <= 21)
        // None is forgotten: twenty a second are one each 50 s.
        for times in begun.values {
            let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
            #expect(times.count >= 5 && (gaps.max() ?? 0) < 75)
        }
    }

    @Test func `one that does not answer is tried after a quarter of a second, and then every two`() {
        var attempts = NodeAttempts(at: start)
        attempts.add(InstanceID(ordinal: 0), at: start)
        let times = run(&attempts, to: 60)[InstanceID(ordinal: 0)] ?? []
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(gaps.first.map { (0.18...0.32).contains($0) } == true)
        #expect(gaps.dropFirst(3).allSatisfy { (1.5...2.6).contains($0) }, "\(gaps)")
        #expect((29...45).contains(times.count))
    }

    @Test func `one that is said to have come up is tried at once, before others, at most four times a second`() {
        var attempts = NodeAttempts(at: start)
        for id in ids(0..<1000) { attempts.add(id, at: start) }
        _ = run(&attempts, to: 60)
        let id = InstanceID(ordinal: 500)
        attempts.hurry(id, at: at(61))
        #expect(attempts.next(at: at(61)).first == id)
        attempts.failed(id, at: at(61), jitter: 1)
        // A readiness that comes and goes all the time.
        var tries = 0
        for step in 1...100 {
            attempts.hurry(id, at: at(61 + Double(step) / 100))
            for other in attempts.next(at: at(61 + Double(step) / 100)) {
                if other == id { tries += 1 }
                attempts.failed(other, at: at(61 + Double(step) / 100), jitter: 1)
            }
        }
        #expect((3...4).contains(tries))
    }

    @Test func `one that comes up while it is tried is tried again soon, however long its waits were`() {
        var attempts = NodeAttempts(at: start)
        let id = InstanceID(ordinal: 0)
        attempts.add(id, at: start)
        for second in [0, 1, 3, 6, 10, 14] {
            #expect(attempts.next(at: at(Double(second))) == [id])
            attempts.failed(id, at: at(Double(second)), jitter: 1)
        }
        #expect(attempts.next(at: at(20)) == [id])
        attempts.hurry(id, at: at(20))
        attempts.failed(id, at: at(21), jitter: 1)
        #expect(attempts.next(at: at(21.2)).isEmpty && attempts.next(at: at(21.25)) == [id])
    }

    @Test func `a fleet that was cut off is back within seconds: only what fails is counted`() {
        var attempts = NodeAttempts(at: start)
        for id in ids(0..<1000) { attempts.add(id, at: start) }
        let begun = run(&attempts, to: 130) { _, now in now > 120 }
        let back = begun.values.compactMap(\.last).filter { $0 >= 119.9 }
        #expect(back.count == 1000)
        #expect((back.max() ?? 999) < 123, "the last at \(back.max() ?? 999) s")
    }

    @Test func `one that ended its stream is asked at once whether it comes back, unless it had only begun`() {
        var attempts = NodeAttempts(at: start)
        let id = InstanceID(ordinal: 0)
        attempts.add(id, at: start)
        #expect(attempts.next(at: start) == [id] && attempts.nextDue(at: start) == nil)
        attempts.opened(id)
        attempts.ended(id, at: at(5))
        #expect(attempts.next(at: at(5)) == [id])
        attempts.opened(id)
        attempts.ended(id, at: at(5.1))
        #expect(attempts.next(at: at(5.1)).isEmpty && attempts.next(at: at(5.34)).isEmpty)
        #expect(attempts.next(at: at(5.36)) == [id])
    }

    @Test func `one that is gone is not tried, and leaves its place to others`() {
        var limits = NodeAttempts.Limits()
        limits.concurrent = 2
        var attempts = NodeAttempts(limits: limits, at: start)
        for id in ids(0..<4) { attempts.add(id, at: start) }
        #expect(attempts.next(at: start) == ids(0..<2))
        #expect(attempts.next(at: start).isEmpty)
        attempts.remove(InstanceID(ordinal: 0))
        attempts.remove(InstanceID(ordinal: 2))
        #expect(attempts.next(at: start) == ids(3..<4))
        // What was under way for one that is gone says nothing.
        attempts.failed(InstanceID(ordinal: 0), at: start)
        attempts.opened(InstanceID(ordinal: 0))
        attempts.ended(InstanceID(ordinal: 2), at: start)
        attempts.hurry(InstanceID(ordinal: 2), at: start)
        #expect(attempts.next(at: at(1)).isEmpty)
    }
}
