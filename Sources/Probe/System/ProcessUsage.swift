import Foundation

/// What this process uses now.
public struct ProcessUsage: Sendable, Equatable {
    /// Bytes of RAM.
    public let residentBytes: Int
    /// Seconds of processor time since its start, all threads together.
    public let cpuSeconds: Double
    /// Threads.
    public let threads: Int
    /// Open file descriptors.
    public let openFiles: Int

    /// Measures; nil where `/proc` is not there.
    public static func now() -> ProcessUsage? {
        guard let stat = ProcessStat(pid: getpid()),
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        else { return nil }
        return ProcessUsage(
            residentBytes: stat.residentPages * sysconf(Int32(_SC_PAGESIZE)),
            cpuSeconds: Double(stat.cpuTicks) / Double(sysconf(Int32(_SC_CLK_TCK))), threads: stat.threads,
            // Without the one the list was read by.
            openFiles: files.count - 1)
    }
}
