import Foundation

/// Measures the threads of a QEMU process that run the guest's processors.
///
/// QEMU names them only when it is told to (`debug-threads=on`), so their ids are handed in where its control socket
/// told them (`query-cpus-fast`).
public struct VCPUSampler: Sendable {
    private struct Mark: Sendable {
        let nanoseconds: [Int32: UInt64]
        let at: ContinuousClock.Instant
    }

    private let root: String
    private var last: Mark?
    private var movedAt: ContinuousClock.Instant?

    /// A sampler that has measured nothing yet.
    ///
    /// - Parameter root: where the kernel's processes are; tests make up their own.
    public init(root: String = "/proc") {
        self.root = root
    }

    /// Measures now.
    ///
    /// - Parameters:
    ///   - pid: QEMU's.
    ///   - threads: the threads' ids; nil to go by their names.
    /// - Returns: nil when there is no such thread.
    public mutating func sample(
        pid: Int32, threads: [Int32]? = nil, at now: ContinuousClock.Instant = .now
    ) -> VCPUReading? {
        let folder = "\(root)/\(pid)/task"
        let ids = threads ?? Self.named(in: folder)
        var times: [Int32: UInt64] = [:]
        for id in ids { times[id] = Self.time(of: "\(folder)/\(id)") }
        guard !times.isEmpty else {
            (last, movedAt) = (nil, nil)
            return nil
        }
        return note(times, at: now)
    }

    mutating func note(_ times: [Int32: UInt64], at now: ContinuousClock.Instant) -> VCPUReading {
        defer { last = Mark(nanoseconds: times, at: now) }
        guard let last, now > last.at, Set(last.nanoseconds.keys) == Set(times.keys) else {
            movedAt = now
            return VCPUReading(threads: times.count, progress: nil, stalledFor: nil)
        }
        let spent = times.reduce(UInt64(0)) { sum, entry in
            let before = last.nanoseconds[entry.key] ?? entry.value
            return sum + (entry.value > before ? entry.value - before : 0)
        }
        if spent > 0 { movedAt = now }
        let seconds = last.at.duration(to: now).inSeconds
        return VCPUReading(
            threads: times.count, progress: Double(spent) / 1e9 / seconds * 100,
            stalledFor: spent > 0 ? 0 : (movedAt ?? last.at).duration(to: now).inSeconds)
    }

    /// True for "CPU 0/TCG" and "CPU 3/KVM".
    static func isVCPU(name: String) -> Bool {
        let parts = name.split(separator: "/")
        return name.hasPrefix("CPU ") && parts.count == 2 && ["TCG", "KVM"].contains(parts[1])
    }

    private static func named(in folder: String) -> [Int32] {
        (KernelFile.names(in: folder) ?? []).compactMap(Int32.init).filter { id in
            KernelFile.word("\(folder)/\(id)/comm").map(isVCPU) ?? false
        }
    }

    /// Nanoseconds of processor time. `schedstat` counts them all; `stat`, for kernels without it, only whole ticks of
    /// 10 ms, in which a guest that halts may not move for seconds.
    private static func time(of thread: String) -> UInt64? {
        if let text = KernelFile.text(thread + "/schedstat"), let first = text.split(separator: " ").first {
            return UInt64(first)
        }
        guard let text = KernelFile.text(thread + "/stat"), let stat = ProcessStat(text: text) else { return nil }
        return stat.cpuTicks * 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))
    }
}
