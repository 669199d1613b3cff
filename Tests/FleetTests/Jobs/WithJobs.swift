import Foundation
import Testing

@testable import Fleet

/// Jobs of a host of a test's own, with the real keeper; ended with all they started when `body` ends.
func withJobs(
    policy: RestartPolicy = RestartPolicy(), limits: JobLimits = JobLimits(),
    _ body: (HostJobs, String) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        let jobs = try hostJobs(folder, policy: policy, limits: limits)
        try await jobs.open()
        let watching = Task { await jobs.run() }
        var failure: (any Error)?
        do { try await body(jobs, folder) } catch { failure = error }
        // Those that another one of the same folder took over are not ours any more.
        _ = await jobs.stopAll(.killTree)
        watching.cancel()
        await watching.value
        await jobs.close()
        if let failure { throw failure }
    }
}

/// Jobs that are kept in a folder.
func hostJobs(
    _ folder: String, policy: RestartPolicy = RestartPolicy(), limits: JobLimits = JobLimits()
) throws -> HostJobs {
    HostJobs(
        path: folder + "/agent", keeper: [try keeperProgram(), "job-keeper"],
        runDirectory: try RunDirectory(path: folder + "/run"), policy: policy, limits: limits, logger: testLogger)
}

/// The built `loco`, beside the tests.
func keeperProgram() throws -> String {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folders = [(tests as NSString).deletingLastPathComponent, Bundle.main.bundlePath, ".build/debug"]
    let found = folders.map { $0 + "/loco" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    return try #require(found, "no loco in \(folders): build it")
}

extension HostJobs {
    /// Waits for a job's state.
    func wait(_ id: String, within limit: Duration = .seconds(10), until condition: (JobStatus) -> Bool) async throws {
        let end = ContinuousClock.now + limit
        var last = try await status(id)
        while !condition(last), .now < end {
            try await Task.sleep(for: .milliseconds(20))
            last = try await status(id)
        }
        try #require(condition(last), "not within \(limit); last: \(last)")
    }
}
