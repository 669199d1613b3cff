/// Turns readings of processes, taken about once a second, into what each role costs. No I/O.
struct PhaseRecorder {
    private struct Track {
        let role: Role
        let first: (time: UInt64, ticks: UInt64)
        var last: (time: UInt64, ticks: UInt64)
        var maxCPU: Double?
        var residentSum = 0.0
        var readings = 0
    }

    private var tracks: [ProcessEntry.Identity: Track] = [:]
    private var firstTime: UInt64?
    private var lastTime: UInt64 = 0
    private let ticksPerSecond: Double

    init(ticksPerSecond: Double) { self.ticksPerSecond = ticksPerSecond }

    /// Adds a reading of all processes.
    ///
    /// - Parameter time: in nanoseconds of a monotonic clock.
    mutating func add(_ processes: [(role: Role, entry: ProcessEntry)], at time: UInt64) {
        if firstTime == nil { firstTime = time }
        lastTime = time
        for (role, entry) in processes {
            let now = (time: time, ticks: entry.ticks)
            var track = tracks[entry.identity] ?? Track(role: role, first: now, last: now)
            if let cpu = cpu(from: track.last, to: now) { track.maxCPU = max(track.maxCPU ?? 0, cpu) }
            track.last = now
            track.residentSum += Double(entry.residentBytes)
            track.readings += 1
            tracks[entry.identity] = track
        }
    }

    /// What the role cost so far; nil when no process of it was seen.
    func usage(of role: Role) -> RoleUsage? {
        let mine = tracks.values.filter { $0.role == role }
        guard !mine.isEmpty else { return nil }
        let means = mine.compactMap { cpu(from: $0.first, to: $0.last) }
        let resident = mine.map { $0.residentSum / Double($0.readings) }
        return RoleUsage(
            processes: mine.count { $0.last.time == lastTime },
            meanCPU: means.isEmpty ? nil : means.reduce(0, +) / Double(means.count),
            maxCPU: mine.compactMap(\.maxCPU).max(),
            residentMB: resident.reduce(0, +) / Double(resident.count) / 1e6,
            changed: mine.count { $0.first.time != firstTime || $0.last.time != lastTime })
    }

    private func cpu(from start: (time: UInt64, ticks: UInt64), to end: (time: UInt64, ticks: UInt64)) -> Double? {
        guard end.time > start.time, end.ticks >= start.ticks else { return nil }
        return Double(end.ticks - start.ticks) / ticksPerSecond / (Double(end.time - start.time) / 1e9) * 100
    }
}
