import Foundation
import Testing

@testable import Probe

@Suite("ProcessSampler", .timeLimit(.minutes(1)))
struct ProcessSamplerTests {
    private func stat(ticks: UInt64, start: UInt64) -> ProcessStat {
        ProcessStat(text: "7 (x) S 1 7 7 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 2 0 \(start) 100 50")!
    }

    @Test("cost is what was spent between two samples")
    func percent() {
        var sampler = ProcessSampler()
        let now = ContinuousClock.now
        let first = sampler.sample(stat(ticks: 100, start: 5), at: now)
        #expect(first.cpuPercent == nil)
        let second = sampler.sample(stat(ticks: 150, start: 5), at: now + .seconds(2))
        #expect(second.cpuPercent == 25)
        #expect(second.threads == 2)
    }

    @Test("a reused pid begins anew")
    func reuse() {
        var sampler = ProcessSampler()
        let now = ContinuousClock.now
        _ = sampler.sample(stat(ticks: 100, start: 5), at: now)
        let other = sampler.sample(stat(ticks: 900, start: 6), at: now + .seconds(1))
        #expect(other.cpuPercent == nil)
    }

    @Test("this very process is measured, and one that does not exist is not")
    func real() throws {
        var sampler = ProcessSampler()
        let first = sampler.sample(pid: getpid())
        #expect(try #require(first).residentBytes > 1 << 20)
        let end = ContinuousClock.now + .milliseconds(300)
        var waste = 0.0
        while .now < end { waste += 1 }
        let second = sampler.sample(pid: getpid())
        #expect(try #require(second?.cpuPercent) > 10, "\(waste)")
        let nobody = sampler.sample(pid: Int32.max)
        #expect(nobody == nil)
    }

    @Test("the load average is read")
    func load() {
        #expect(LoadAverage.read() != nil)
        #expect(LoadAverage(text: "0.50 0.25 1.00 1/200 4242")?.five == 0.25)
        #expect(LoadAverage(text: "nonsense") == nil)
        #expect(HostMemory.percent(of: HostMemory.totalBytes ?? 0) == 100)
    }
}
