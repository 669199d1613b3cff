import Foundation

/// What a process costs, measured between two samples.
public struct ProcessSample: Sendable, Equatable {
    /// Per cent of one core over the interval since the sample before; nil for the first one.
    public let cpuPercent: Double?
    /// Bytes of RAM.
    public let residentBytes: Int
    /// Threads.
    public let threads: Int
}

/// Measures one process by its pid; a pid that has passed to another process begins anew.
public struct ProcessSampler: Sendable {
    private struct Mark: Sendable {
        let startTime: UInt64
        let cpuTicks: UInt64
        let at: ContinuousClock.Instant
    }

    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    private var last: Mark?

    /// A sampler that has measured nothing yet.
    public init() {}

    /// Measures now.
    ///
    /// - Returns: nil when there is no such process (or it is a zombie).
    public mutating func sample(pid: Int32, at now: ContinuousClock.Instant = .now) -> ProcessSample? {
        guard let stat = ProcessStat(pid: pid), stat.state != "Z" else {
            last = nil
            return nil
        }
        return sample(stat, at: now)
    }

    mutating func sample(_ stat: ProcessStat, at now: ContinuousClock.Instant) -> ProcessSample {
        var percent: Double?
        if let last, last.startTime == stat.startTime, now > last.at, stat.cpuTicks >= last.cpuTicks {
            let seconds = Double(stat.cpuTicks - last.cpuTicks) / Self.ticksPerSecond
            percent = seconds / last.at.duration(to: now).inSeconds * 100
        }
        last = Mark(startTime: stat.startTime, cpuTicks: stat.cpuTicks, at: now)
        return ProcessSample(
            cpuPercent: percent, residentBytes: stat.residentPages * Self.pageSize, threads: stat.threads)
    }
}
