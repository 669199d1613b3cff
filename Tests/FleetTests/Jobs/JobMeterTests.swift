import Foundation
import Probe
import Testing

@testable import Fleet

@Suite("JobMeter", .timeLimit(.minutes(1)))
struct JobMeterTests {
    private let begin = ContinuousClock.now

    private func stat(_ ticks: Int, children: Int = 0, start: Int = 5, pages: Int = 256) -> ProcessStat {
        ProcessStat(text: "7 (x) S 1 7 7 0 -1 0 0 0 0 0 \(ticks) 0 \(children) 0 20 0 1 0 \(start) 100 \(pages)")!
    }

    private func id(_ pid: Int32) -> ProcessIdentity { ProcessIdentity(pid: pid, startTime: 5) }

    private func meter() -> JobMeter { JobMeter(ticksPerSecond: 100, pageSize: 4096) }

    @Test("nothing is told of the CPU before two measurements, and then what was used between them")
    func percent() {
        var meter = meter()
        meter.note([id(1): stat(1000)], keeper: nil, at: begin)
        #expect(meter.cpuPercent == nil && meter.residentBytes == 1 << 20)
        meter.note([id(1): stat(1050)], keeper: nil, at: begin + .seconds(1))
        #expect(meter.cpuPercent == 50)
    }

    @Test("what a child used counts once: while it lives, and not again at the parent that waited for it")
    func children() {
        var meter = meter()
        meter.note([id(1): stat(0)], keeper: nil, at: begin)
        meter.note([id(1): stat(0), id(2): stat(80)], keeper: nil, at: begin + .seconds(1))
        #expect(meter.cpuPercent == 80)
        // It used 20 more and ended.
        meter.note([id(1): stat(0, children: 100)], keeper: nil, at: begin + .seconds(2))
        #expect(meter.cpuPercent == 20)
        // Another came and went between two measurements.
        meter.note([id(1): stat(0, children: 130)], keeper: nil, at: begin + .seconds(3))
        #expect(meter.cpuPercent == 30)
    }

    @Test("children that nobody waits for do not make a busy job an idle one")
    func unwaited() {
        var meter = meter()
        for second in 0..<60 {
            // Each second another child that used half a core, and whose end is lost.
            meter.note(
                [id(1): stat(0), id(Int32(100 + second)): stat(50)], keeper: nil, at: begin + .seconds(second))
        }
        #expect(meter.cpuPercent == 50)
        #expect(!meter.isHung)
    }

    @Test("a job hangs when it used under 1 % of a core for 30 s, not before, and no longer once it works again")
    func hung() {
        var meter = meter()
        var ticks = 0
        for second in 0...29 {
            meter.note([id(1): stat(ticks)], keeper: nil, at: begin + .seconds(second))
            #expect(!meter.isHung, "after \(second) s")
        }
        for second in 30...40 { meter.note([id(1): stat(ticks)], keeper: nil, at: begin + .seconds(second)) }
        #expect(meter.isHung)
        ticks += 100
        meter.note([id(1): stat(ticks)], keeper: nil, at: begin + .seconds(41))
        #expect(!meter.isHung)
    }

    @Test("a job whose child works does not hang")
    func workingChild() {
        var meter = meter()
        for second in 0...60 {
            meter.note(
                [id(1): stat(0), id(2): stat(second * 2)], keeper: nil, at: begin + .seconds(second))
        }
        #expect(!meter.isHung && meter.cpuPercent == 2)
    }

    @Test("a tick of the kernel's clock now and then is no work")
    func ticks() {
        var meter = meter()
        for second in 0...60 {
            meter.note([id(1): stat(second / 10)], keeper: nil, at: begin + .seconds(second))
        }
        #expect(meter.isHung)
    }

    @Test("what the keeper waited for counts, and its own work does not")
    func keeper() {
        var meter = meter()
        meter.note([id(1): stat(0)], keeper: (id(9), stat(500)), at: begin)
        meter.note([id(1): stat(0)], keeper: (id(9), stat(900, children: 10)), at: begin + .seconds(1))
        #expect(meter.cpuPercent == 10)
    }
}
