import Foundation
import Probe

/// What a job costs, and whether it hangs: its process and all it started, taken together. Fed with `/proc`'s figures;
/// does no I/O.
struct JobMeter: Sendable {
    /// What the CPU is looked at over: shorter, and one tick of the kernel's clock would be a per cent by itself.
    private static let span: Duration = .seconds(5)

    private let ticksPerSecond: Double
    private let pageSize: Int
    private let hungAfter: Duration
    private let idlePercent: Double

    private var own: [ProcessIdentity: UInt64] = [:]
    private var reaped: [ProcessIdentity: UInt64] = [:]
    /// Seconds of CPU since the first measurement, the newest last, a little more than ``span`` of them.
    private var used: [(at: ContinuousClock.Instant, seconds: Double)] = []
    private var idleSince: ContinuousClock.Instant?

    /// Per cent of one core between the last two measurements; nil before there are two.
    private(set) var cpuPercent: Double?
    /// Bytes of RAM at the last measurement; nil before it.
    private(set) var residentBytes: Int?
    /// It has been idle for as long as hanging takes.
    private(set) var isHung = false

    init(
        limits: JobLimits = JobLimits(), ticksPerSecond: Double = Double(sysconf(Int32(_SC_CLK_TCK))),
        pageSize: Int = sysconf(Int32(_SC_PAGESIZE))
    ) {
        (self.ticksPerSecond, self.pageSize) = (ticksPerSecond, pageSize)
        (hungAfter, idlePercent) = (limits.hungAfter, limits.idlePercent)
    }

    /// Takes a measurement.
    ///
    /// - Parameters:
    ///   - family: the job's processes.
    ///   - keeper: who waits for those that lost their parent; it counts with what it waited for alone.
    mutating func note(
        _ family: [ProcessIdentity: ProcessStat], keeper: (ProcessIdentity, ProcessStat)?,
        at now: ContinuousClock.Instant
    ) {
        var ownNow = family.mapValues(\.cpuTicks)
        var reapedNow = family.mapValues(\.childTicks)
        if let (identity, stat) = keeper { (ownNow[identity], reapedNow[identity]) = (nil, stat.childTicks) }
        residentBytes = family.values.reduce(0) { $0 + $1.residentPages } * pageSize
        let seconds = used.isEmpty ? 0 : Double(ticks(ownNow, reapedNow)) / ticksPerSecond
        (own, reaped) = (ownNow, reapedNow)
        if let last = used.last, now > last.at {
            cpuPercent = seconds / last.at.duration(to: now).inSeconds * 100
        }
        used.append((now, (used.last?.seconds ?? 0) + seconds))
        judge(at: now)
    }

    /// Ticks since the last measurement. What a process that is gone had used is counted at whoever waited for it, where
    /// it must not count again.
    private func ticks(_ ownNow: [ProcessIdentity: UInt64], _ reapedNow: [ProcessIdentity: UInt64]) -> UInt64 {
        func more(_ now: [ProcessIdentity: UInt64], than before: [ProcessIdentity: UInt64]) -> UInt64 {
            now.reduce(0) { sum, entry in
                let (value, last) = (entry.value, before[entry.key] ?? 0)
                return sum + (value > last ? value - last : 0)
            }
        }
        let gone = reaped.keys.filter { reapedNow[$0] == nil }.reduce(UInt64(0)) {
            $0 + (own[$1] ?? 0) + (reaped[$1] ?? 0)
        }
        let waitedFor = more(reapedNow, than: reaped)
        return more(ownNow, than: own) + (waitedFor > gone ? waitedFor - gone : 0)
    }

    private mutating func judge(at now: ContinuousClock.Instant) {
        while used.count > 2, used[1].at.duration(to: now) >= Self.span { used.removeFirst() }
        guard let first = used.first, let last = used.last, first.at.duration(to: now) >= Self.span else { return }
        let percent = (last.seconds - first.seconds) / first.at.duration(to: now).inSeconds * 100
        guard percent < idlePercent else {
            (idleSince, isHung) = (nil, false)
            return
        }
        let since = idleSince ?? first.at
        idleSince = since
        isHung = since.duration(to: now) >= hungAfter
    }
}
