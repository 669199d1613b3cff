/// What was measured during one phase.
struct PhaseReading: Sendable {
    /// By role; a role without a process is absent.
    let usage: [Role: RoleUsage]
    /// Per cent of all cores of the machine that were busy, with whatever else runs on it; nil where unknown.
    let machineBusy: Double?
}
