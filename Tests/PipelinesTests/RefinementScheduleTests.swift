import Testing

@testable import Pipelines

@Suite("Refinement schedule", .timeLimit(.minutes(1)))
struct RefinementScheduleTests {
    private let tick: UInt64 = 33_000_000

    /// The indices of the frames that pass, for a screen that changes only in the given frames.
    private func passed(changes: Set<Int>, demands: Set<Int> = [], frames: Int) -> [Int] {
        var schedule = RefinementSchedule()
        return (0..<frames).filter { index in
            schedule.passes(
                changed: changes.contains(index), demanded: demands.contains(index),
                at: 10_000_000_000 + UInt64(index) * tick)
        }
    }

    @Test("Every change passes, and a still screen passes three refinements and then one frame every two seconds")
    func stillness() {
        let passed = passed(changes: [0, 1, 2], frames: 210)
        #expect(passed.prefix(3) == [0, 1, 2])
        // 100, 250 and 500 ms after the last change, then one every two seconds.
        #expect(passed.dropFirst(3).prefix(3) == [6, 10, 18])
        let floor = passed.dropFirst(6)
        #expect(floor.count == 3)
        for (earlier, later) in zip(passed.dropFirst(5), floor) { #expect(later - earlier == 61) }
    }

    @Test("A demanded frame passes although nothing changed, and refinements follow: a joiner may have missed it")
    func demand() {
        let passed = passed(changes: [0], demands: [25], frames: 130).drop { $0 < 25 }
        // 100, 250 and 500 ms after it, then one every two seconds.
        #expect(passed == [25, 29, 33, 41, 102])
    }

    @Test("Motion after stillness is refined anew")
    func again() {
        let passed = passed(changes: [0, 60], frames: 80)
        #expect(passed.contains(60))
        #expect(passed.contains(64))
    }
}
