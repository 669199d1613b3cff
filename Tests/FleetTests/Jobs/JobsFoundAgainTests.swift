import Foundation
import Probe
import Testing

@testable import Fleet

/// What an agent makes of the jobs of one before it. Real processes, under the real keeper.
@Suite("Jobs found again", .timeLimit(.minutes(2)), .serialized)
struct JobsFoundAgainTests {
    private func shell(_ script: String, id: String) throws -> JobSpec {
        try JobSpec(id: id, executable: "/bin/sh", arguments: ["-c", script])
    }

    @Test("an agent that comes after one finds its jobs again, and how those ended that ended meanwhile")
    func reattaches() async throws {
        try await withTemporaryFolder { folder in
            let first = try hostJobs(folder)
            try await first.open()
            let lasting = try await first.start(try shell("exec sleep 100", id: "lasting"))
            _ = try await first.start(try shell("sleep 0.5; echo bye; exit 5", id: "short"))
            let pid = try #require(lasting.status.pid)
            // As if it had been killed: it says no good-bye to anything.
            await first.close()
            let short = JobFolder(path: "\(folder)/agent/jobs/\(JobID("short")!.fileName)")
            let isOver = await eventually(within: .seconds(20)) {
                JobRecord.read(short).map { $0.exit != nil && !$0.keeper.isAlive } ?? false
            }
            #expect(isOver)

            let second = try hostJobs(folder)
            try await second.open()
            let found = try await second.status("lasting")
            #expect(found.state == .running && found.pid == pid)
            let ended = try await second.status("short")
            #expect(ended.state == .failed && ended.exitCode == 5)
            let end = try await second.stop("lasting", .terminate)
            #expect(end.endedBy == .terminate && end.signal == SIGTERM)
            #expect(ProcessIdentity(of: pid).map { !$0.isAlive } ?? true)
            await second.close()
        }
    }

    @Test("a pid from before the host was started again is no job, whoever has it now; what is kept up starts anew")
    func rebooted() async throws {
        try await withTemporaryFolder { folder in
            let first = try hostJobs(folder)
            try await first.open()
            _ = try await first.start(try shell("exec sleep 100", id: "once"))
            var spec = try shell("echo $$ >> \(folder)/pids; exec sleep 100", id: "kept")
            spec.isKeptUp = true
            _ = try await first.start(spec)
            let started = await first.statuses().compactMap { status in status.pid.flatMap { ProcessIdentity(of: $0) } }
            try #require(started.filter(\.isAlive).count == 2)
            // Nobody else does.
            defer {
                for process in started {
                    if let keeper = ProcessStat(pid: process.pid)?.parent { kill(keeper, SIGKILL) }
                    process.send(SIGKILL)
                }
            }
            await first.close()
            // Alive by number and start time, which count from the start of a host: another one's.
            for id in ["once", "kept"] {
                let job = JobFolder(path: "\(folder)/agent/jobs/\(JobID(id)!.fileName)")
                var record = try #require(JobRecord.read(job))
                #expect(record.boot == JobRecord.currentBoot && !record.boot.isEmpty)
                record.boot = "00000000-0000-0000-0000-000000000000"
                try AtomicFile.writeJSON(record, to: job.record)
                // Its keeper did not live on either.
                unlink(job.lock)
            }
            let second = try hostJobs(folder)
            try await second.open()
            let once = try await second.status("once")
            #expect(once.state == .failed && once.pid == nil)
            #expect(once.error == "the host was started again meanwhile")
            #expect(started.filter(\.isAlive).count == 2, "what has their numbers now was ended")
            let watching = Task { await second.run() }
            try await second.wait("kept") { $0.state == .running && $0.pid != nil }
            let kept = try await second.status("kept")
            let pid = try #require(kept.pid)
            #expect(kept.restarts == 1 && !started.map(\.pid).contains(pid))
            #expect(started.filter(\.isAlive).count == 2)
            _ = await second.stopAll(.killTree)
            watching.cancel()
            await watching.value
            await second.close()
        }
    }

    @Test("a second agent on the same folder is refused")
    func locked() async throws {
        try await withJobs { _, folder in
            let other = try hostJobs(folder)
            await #expect(throws: RunDirectoryError.self) { try await other.open() }
        }
    }
}
