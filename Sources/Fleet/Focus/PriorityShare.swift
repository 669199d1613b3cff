import Foundation
import Probe

/// A share of the processors by scheduling priority: the nice value of all of a process's threads and, where the kernel
/// deals out time among sessions, that of its session.
struct PriorityShare: Sendable {
    /// What a step of nice is worth: the kernel's table of weights.
    private static let step = 1.25
    private static let lowest: Int32 = 19
    /// The nice value of a whole share.
    let base: Int32
    /// Whether the priority of threads that was lowered can be raised again.
    let mayReturn: Bool

    /// - Parameters:
    ///   - base: this process's own nice value, which QEMU begins with.
    ///   - mayReturn: as this process's rights are unless given.
    init(base: Int32 = PriorityShare.nice(of: getpid()) ?? 0, mayReturn: Bool? = nil) {
        self.base = base
        self.mayReturn = mayReturn ?? Self.mayReturn(to: base)
    }

    /// How much nicer a share is: 6 for a quarter, which the kernel weighs as 0.27.
    static func steps(for share: Double) -> Int32 {
        max(0, Int32((log(1 / max(share, 0.001)) / log(step)).rounded()))
    }

    /// Sets the priority of all threads there are; those that come inherit it.
    ///
    /// - Throws: `ShareObstacle`; then everything is as it was, as far as that can be.
    func hold(_ pid: Int32, share: Double) async throws(ShareObstacle) {
        let steps = min(Self.steps(for: share), Self.lowest - base)
        guard let session = Autogroup(deciding: pid) else {
            guard mayReturn else {
                throw ShareObstacle(
                    "a lowered priority could not be raised again: give the node CAP_SYS_NICE, or RLIMIT_NICE"
                        + " \(20 - base) (LimitNICE= of systemd, 'nice' in limits.conf)")
            }
            return try setThreads(of: pid, to: base + steps)
        }
        try await session.set(steps)
        // It counts nothing here besides; but it does once autogroups are switched off under us.
        if mayReturn { try setThreads(of: pid, to: base + steps) }
    }

    /// Whether everything is set so.
    func holds(_ pid: Int32, share: Double) -> Bool {
        let steps = min(Self.steps(for: share), Self.lowest - base)
        if let session = Autogroup(deciding: pid) {
            guard session.nice == steps else { return false }
            if !mayReturn { return true }
        }
        return Self.threads(of: pid).allSatisfy { Self.nice(of: $0).map { $0 == base + steps } ?? true }
    }

    private func setThreads(of pid: Int32, to nice: Int32) throws(ShareObstacle) {
        // A thread that comes meanwhile has its priority from one that was not reached yet: look again until all have it.
        for _ in 0..<20 {
            let others = Self.threads(of: pid).filter { Self.nice(of: $0).map { $0 != nice } ?? false }
            guard !others.isEmpty else { return }
            for thread in others where !Self.set(nice, of: thread) && errno != ESRCH {
                throw ShareObstacle("the priority of QEMU's thread \(thread) cannot be set: \(errnoText())")
            }
        }
        throw ShareObstacle("QEMU makes threads faster than their priority can be set")
    }

    /// The ids of a process's threads.
    static func threads(of pid: Int32) -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []).compactMap { Int32($0) }
    }

    /// A thread's nice value; nil when there is no such thread.
    static func nice(of thread: Int32) -> Int32? {
        errno = 0
        let nice = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread))
        return nice == -1 && errno != 0 ? nil : nice
    }

    /// Sets a thread's nice value; false leaves the reason in `errno`.
    @discardableResult
    static func set(_ nice: Int32, of thread: Int32) -> Bool {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread), nice) == 0
    }

    /// By RLIMIT_NICE, which counts from 20 downwards, or CAP_SYS_NICE, bit 23 of the effective capabilities.
    private static func mayReturn(to nice: Int32) -> Bool {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(__RLIMIT_NICE.rawValue), &limit)
        if 20 - Int64(clamping: limit.rlim_cur) <= Int64(nice) { return true }
        let line = KernelFile.word("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let bits = line.flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) }
        return (bits ?? 0) & (1 << 23) != 0
    }
}
