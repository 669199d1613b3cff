import Testing

@testable import Pipelines

@Suite("Grab pacer", .timeLimit(.minutes(1)))
struct GrabPacerTests {
    private static let millisecond: UInt64 = 1_000_000
    private let start: UInt64 = 10_000_000_000

    /// When the screen is looked at, for one that is drawn on at the given times.
    private func grabs(rate: Int, drawn: [UInt64], until end: UInt64, knowsDamage: Bool = true) -> [UInt64] {
        var pacer = GrabPacer(rate: rate, knowsDamage: knowsDamage)
        var (grabs, now): ([UInt64], UInt64) = ([], start)
        var waiting = drawn[...]
        while now < end {
            let damagedAt = waiting.first.flatMap { $0 <= now ? $0 : nil }
            if now >= pacer.next(damagedAt: damagedAt) {
                pacer.grabbed(at: now)
                grabs.append(now)
                waiting = waiting.drop { $0 <= now }
            }
            now += Self.millisecond / 2
        }
        return grabs
    }

    @Test("QEMU's rhythm is caught whole: 30 frames a second, 30 ms apart with a gap after every ninth")
    func rhythm() {
        let drawn = (0..<300).map { start + UInt64($0 + $0 / 9) * 30 * Self.millisecond }
        let grabs = grabs(rate: 30, drawn: drawn, until: drawn.last! + 20 * Self.millisecond)
        #expect(grabs.count == 300)
        for (draw, grab) in zip(drawn, grabs).dropFirst() { #expect(grab - draw <= 2 * Self.millisecond) }
    }

    @Test("A screen that is drawn on all the time is looked at no faster than the rate")
    func busy() {
        let drawn = (0..<10_000).map { start + UInt64($0) * Self.millisecond }
        for rate in [2, 15, 30, 60] {
            let grabs = grabs(rate: rate, drawn: drawn, until: start + 10_000 * Self.millisecond)
            // A sixteenth more, so that debts are paid back, and the credit.
            #expect(grabs.count <= rate * 10 * 16 / 15 + 3, "rate \(rate)")
            #expect(grabs.count >= rate * 10, "rate \(rate)")
        }
    }

    @Test("A still screen is looked at twice a second, and once drawn on at once")
    func still() {
        let drawn = [start + 5_000 * Self.millisecond]
        let grabs = grabs(rate: 30, drawn: drawn, until: start + 5_010 * Self.millisecond)
        #expect((10...13).contains(grabs.count))
        #expect(grabs.last! - drawn[0] <= 2 * Self.millisecond)
    }

    @Test("A faster rate takes effect at once")
    func faster() {
        var pacer = GrabPacer(rate: 2, knowsDamage: true)
        for _ in 0..<3 { pacer.grabbed(at: start) }
        #expect(pacer.next(damagedAt: start) > start + 400 * Self.millisecond)
        pacer.rate = 30
        #expect(pacer.next(damagedAt: start) <= start + 34 * Self.millisecond)
    }

    @Test("Without word of damage the screen is looked at at a fixed tick")
    func ticks() {
        let grabs = grabs(rate: 30, drawn: [], until: start + 3_000 * Self.millisecond, knowsDamage: false)
        #expect((88...91).contains(grabs.count))
    }
}
