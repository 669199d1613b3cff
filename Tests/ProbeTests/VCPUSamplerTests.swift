import Foundation
import Testing

@testable import Probe

@Suite("VCPUSampler", .timeLimit(.minutes(1)))
struct VCPUSamplerTests {
    private let start = ContinuousClock.now

    private func thread(_ id: Int32, in root: String, name: String, nanoseconds: UInt64) throws {
        try write("\(name)\n", to: "\(root)/50/task/\(id)/comm")
        try write("\(nanoseconds) 17 9\n", to: "\(root)/50/task/\(id)/schedstat")
    }

    @Test("the processors' threads are found by name and their time is a share of a core")
    func named() throws {
        try withTemporaryFolder { root in
            var sampler = VCPUSampler(root: root)
            try thread(50, in: root, name: "qemu-system-i38", nanoseconds: 7_000_000_000)
            try thread(52, in: root, name: "CPU 0/TCG", nanoseconds: 1_000_000_000)
            try thread(53, in: root, name: "CPU 1/KVM", nanoseconds: 0)
            let first = sampler.sample(pid: 50, at: start)
            #expect(first == VCPUReading(threads: 2, progress: nil, stalledFor: nil))
            try thread(50, in: root, name: "qemu-system-i38", nanoseconds: 9_000_000_000)
            try thread(52, in: root, name: "CPU 0/TCG", nanoseconds: 1_500_000_000)
            let moved = sampler.sample(pid: 50, at: start + .seconds(1))
            #expect(abs(try #require(moved?.progress) - 50) < 0.001)
            #expect(moved?.stalledFor == 0)
            let still = sampler.sample(pid: 50, at: start + .seconds(4))
            #expect(still == VCPUReading(threads: 2, progress: 0, stalledFor: 3))
        }
    }

    @Test("threads that QEMU told are taken by their ids, and kernels without schedstat by their ticks")
    func told() throws {
        try withTemporaryFolder { root in
            var sampler = VCPUSampler(root: root)
            func stat(_ ticks: Int) throws {
                let text = "61 (qemu) S 1 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 4 0 100 0 5 0"
                try write(text, to: "\(root)/50/task/61/stat")
            }
            try stat(100)
            _ = sampler.sample(pid: 50, threads: [61], at: start)
            try stat(125)
            let reading = sampler.sample(pid: 50, threads: [61], at: start + .seconds(1))
            #expect(abs(try #require(reading?.progress) - 25) < 0.001)
            // Another QEMU's threads begin anew.
            let other = sampler.sample(pid: 50, threads: [99], at: start + .seconds(2))
            #expect(other == nil)
            let anew = sampler.sample(pid: 50, threads: [61], at: start + .seconds(3))
            #expect(anew?.progress == nil)
        }
    }

    @Test("only QEMU's own names are taken for processors")
    func names() {
        #expect(VCPUSampler.isVCPU(name: "CPU 0/TCG"))
        #expect(VCPUSampler.isVCPU(name: "CPU 12/KVM"))
        #expect(!VCPUSampler.isVCPU(name: "IO mon_iothread"))
        #expect(!VCPUSampler.isVCPU(name: "CPU 0"))
    }

    @Test("this test's own thread moves")
    func real() throws {
        var sampler = VCPUSampler()
        let pid = getpid()
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
        let thread = try #require(link.split(separator: "/").last.flatMap { Int32($0) })
        _ = sampler.sample(pid: pid, threads: [thread])
        let end = ContinuousClock.now + .milliseconds(50)
        while .now < end {}
        let progress = sampler.sample(pid: pid, threads: [thread])?.progress
        #expect(try #require(progress) > 1)
        let none = sampler.sample(pid: pid)
        #expect(none == nil)
    }
}
