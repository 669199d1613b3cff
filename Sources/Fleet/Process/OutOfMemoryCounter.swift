import Probe

/// The kernel's count of processes it has killed for lack of memory.
enum OutOfMemoryCounter {
    /// Kills since boot, from `/proc/vmstat`; nil when the kernel does not tell.
    static func read() -> UInt64? {
        guard let table = KernelFile.text("/proc/vmstat") else { return nil }
        for line in table.split(separator: "\n") where line.hasPrefix("oom_kill ") {
            return UInt64(line.dropFirst("oom_kill ".count))
        }
        return nil
    }
}
