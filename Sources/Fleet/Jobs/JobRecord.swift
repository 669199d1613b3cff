import Foundation
import Probe

/// What a job's keeper writes down: who it is, what it started, and how that ended.
struct JobRecord: Sendable, Codable {
    /// The keeper's process.
    var keeper: ProcessIdentity
    /// The start of the host that the numbers of processes belong to.
    var boot: String
    /// The job's process; nil before it is there.
    var process: ProcessIdentity?
    /// When it began.
    var startedAt: Date?
    /// Why it could not be started.
    var failure: String?
    /// How it ended; nil while it runs.
    var exit: CrashRecord?
    /// Processes it left, which were killed.
    var leftovers = 0
    /// Whether there was more output than is kept.
    var isTruncated = false

    init(keeper: ProcessIdentity, boot: String) {
        (self.keeper, self.boot) = (keeper, boot)
    }

    /// This start of the host, by the kernel's own mark.
    static let currentBoot = KernelFile.word("/proc/sys/kernel/random/boot_id") ?? ""

    /// The record; nil before there is one, and for a damaged one.
    static func read(_ folder: JobFolder) -> JobRecord? {
        (try? AtomicFile.readJSON(JobRecord.self, from: folder.record)) ?? nil
    }
}
