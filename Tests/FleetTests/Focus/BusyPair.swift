import Foundation
import Probe
import Testing

@testable import Fleet

/// Two processes that compete for one core.
struct BusyPair {
    let first: Int32
    let second: Int32

    /// Puts all threads of both on one core.
    init(_ first: Int32, _ second: Int32) async throws {
        (self.first, self.second) = (first, second)
        for pid in [first, second] {
            let taskset = ChildProcess(
                ChildCommand(name: "taskset", executable: "taskset", arguments: ["-a", "-c", "-p", "0", "\(pid)"]),
                logger: testLogger)
            try await taskset.start()
            try #require(await taskset.waitForExit(within: .seconds(5))?.code == 0)
        }
    }

    /// The second's processor time over the first's, both measured over that time.
    func ratio(over time: Duration) async throws -> Double {
        let before = try (ticks(first), ticks(second))
        try await Task.sleep(for: time)
        let after = try (ticks(first), ticks(second))
        print("ticks", after.0 - before.0, after.1 - before.1)
        return Double(after.1 - before.1) / Double(max(1, after.0 - before.0))
    }

    /// The nice values of all threads.
    static func nices(of pid: Int32) -> Set<Int32> {
        Set(PriorityShare.threads(of: pid).compactMap(PriorityShare.nice))
    }

    private func ticks(_ pid: Int32) throws -> UInt64 { try #require(ProcessStat(pid: pid)).cpuTicks }
}
