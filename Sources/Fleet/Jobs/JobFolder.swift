import Foundation

/// Where the files of one job are.
struct JobFolder: Sendable, Equatable {
    let path: String

    /// What the agent knows of it.
    var ledger: String { path + "/job.json" }
    /// What its keeper knows of it.
    var record: String { path + "/state.json" }
    /// Held by its keeper.
    var lock: String { path + "/keeper.lock" }
    /// What its keeper has to say, which is nothing.
    var keeperLog: String { path + "/keeper.log" }
    /// Its standard output, as it is.
    var output: String { path + "/stdout" }
    /// Its standard error, as it is.
    var errors: String { path + "/stderr" }

    /// The job's log.
    func log(of spec: JobSpec) -> String {
        spec.logDirectory.map { "\($0)/\(spec.id.fileName).log" } ?? path + "/job.log"
    }

    /// Removes it with all that is in it; a log elsewhere stays.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
