/// What the processes of one role cost during a phase, each.
struct RoleUsage: Sendable {
    /// How many there were at the end of the phase.
    let processes: Int
    /// Per cent of one core, over the phase and all processes; nil where none was seen twice.
    let meanCPU: Double?
    /// Per cent of one core, in the busiest second of the busiest process.
    let maxCPU: Double?
    /// Resident memory in MB (10^6 bytes), pages shared with others included.
    let residentMB: Double?
    /// How many came or went during the phase; more than zero means that the means are of parts of it.
    let changed: Int
}
