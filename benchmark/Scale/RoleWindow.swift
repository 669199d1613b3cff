import GStreamer

/// What the processes of a Loco cost during some seconds, by role.
struct RoleWindow: Sendable {
    /// Sum of a role's processes in per cent of one core.
    let cpu: [Role: Double]
    /// Sum of a role's processes in MB.
    let residentMB: [Role: Double]
    /// Likewise, shared pages counted by their share; nil where one of them could not be read.
    let proportionalMB: [Role: Double?]
    /// Per cent of all cores, everybody's work included.
    let machineBusy: Double?

    /// Reads all processes before and after; those that come or go in between are left out.
    init(_ loco: LocoProcess, seconds: Int) async throws {
        let (load, start) = (MachineLoad.now(), ContinuousClock.now)
        var clocks: [ProcessEntry.Identity: (role: Role, clock: ProcessClock, before: UInt64)] = [:]
        for (role, entry) in try await loco.processes() {
            guard let clock = try? ProcessClock(pid: entry.identity.pid), let now = try? clock.nanoseconds() else {
                continue
            }
            clocks[entry.identity] = (role, clock, now)
        }
        try await Task.sleep(for: .seconds(seconds))
        let length = (ContinuousClock.now - start) / .nanoseconds(1)
        var cpu: [Role: Double] = [:]
        for (role, clock, before) in clocks.values {
            guard let now = try? clock.nanoseconds() else { continue }
            cpu[role, default: 0] += Double(now - before) / length * 100
        }
        machineBusy = load.flatMap { MachineLoad.now()?.busyPercent(since: $0) }
        var resident: [Role: Double] = [:]
        var proportional: [Role: Double?] = [:]
        for (role, entry) in try await loco.processes() {
            guard let footprint = try? ProcessFootprint(pid: entry.identity.pid) else { continue }
            resident[role, default: 0] += footprint.residentMB
            let sum = proportional[role] ?? .some(0)
            proportional[role] = .some(
                sum.flatMap { sum in ProcessFootprint.proportionalMB(of: footprint.pid).map { sum + $0 } })
        }
        self.cpu = cpu
        residentMB = resident
        proportionalMB = proportional
    }

    /// Sum over roles; nil where none of them was measured.
    static func total(_ roles: [Role], of figures: [Role: Double]) -> Double? {
        let found = roles.compactMap { figures[$0] }
        return found.isEmpty ? nil : found.reduce(0, +)
    }

    /// Sum over roles of memory by share; nil where a part of it is not known.
    func proportional(_ roles: [Role]) -> Double? {
        var sum = 0.0
        for role in roles {
            guard let held = proportionalMB[role] else { continue }
            guard let held else { return nil }
            sum += held
        }
        return sum > 0 ? sum : nil
    }
}
