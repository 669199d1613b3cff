import Foundation

/// What an agent writes down of a job, so that the next one goes on with it.
struct JobLedger: Sendable, Codable {
    var spec: JobSpec
    /// Nobody wanted it to end.
    var isWanted = true
    /// Starts after ends that nobody asked for.
    var restarts = 0
    /// What ended it.
    var endedBy: StopMode?
    /// The last end that nobody asked for.
    var lastCrash: CrashRecord?
}
