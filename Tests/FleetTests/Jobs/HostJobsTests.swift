import Foundation
import Probe
import Testing

@testable import Fleet

/// Real processes, under the real keeper.
@Suite("HostJobs", .timeLimit(.minutes(2)), .serialized)
struct HostJobsTests {
    private func shell(_ script: String, id: String) throws -> JobSpec {
        try JobSpec(id: id, executable: "/bin/sh", arguments: ["-c", script])
    }

    private func pids(in file: String) -> [Int32] {
        ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: "\n").compactMap { Int32($0) }
    }

    @Test("a job runs, ends with its code, and stays visible with what it wrote")
    func ends() async throws {
        try await withJobs { jobs, _ in
            let started = try await jobs.start(try shell("echo out; echo err >&2; exit 3", id: "short"))
            #expect(started.replaced == nil)
            try await jobs.wait("short") { !$0.state.isLive }
            let status = try await jobs.status("short")
            #expect(status.state == .failed && status.exitCode == 3 && status.pid == nil && status.endedAt != nil)
            #expect(status.error?.contains("exit code 3") == true)
            let log = try String(contentsOfFile: try await jobs.logPath("short"), encoding: .utf8)
            #expect(log == "out\nerr\n")
        }
    }

    @Test("a program that is not there is told at once, by name, and ends nothing that runs under its id")
    func missing() async throws {
        try await withJobs { jobs, _ in
            let old = try await jobs.start(try shell("exec sleep 100", id: "x"))
            let error = await #expect(throws: JobError.self) {
                try await jobs.start(try JobSpec(id: "x", executable: "no-such-program-here"))
            }
            #expect("\(error!)".contains("no-such-program-here") && error!.code == "cannot-start")
            #expect(try await jobs.status("x").pid == old.status.pid)
        }
    }

    @Test("one that ignores SIGTERM is killed, which is told")
    func escalates() async throws {
        try await withJobs { jobs, folder in
            let ready = folder + "/ready"
            _ = try await jobs.start(try shell("trap '' TERM; touch \(ready); while :; do sleep 0.1; done", id: "deaf"))
            try #require(await eventually { FileManager.default.fileExists(atPath: ready) })
            let deaf = try await jobs.status("deaf")
            let pid = try #require(deaf.pid)
            let end = try await jobs.stop("deaf", .terminate, grace: .milliseconds(500))
            #expect(end.endedBy == .kill && end.steps == [.terminate, .kill] && end.signal == SIGKILL)
            #expect(end.message.contains("did not end on SIGTERM"))
            #expect(ProcessIdentity(of: pid) == nil)
            let status = try await jobs.status("deaf")
            #expect(status.state == .exited && status.endedBy == .kill)
        }
    }

    @Test("one that heeds SIGTERM ends by it, with its own code")
    func terminates() async throws {
        try await withJobs { jobs, folder in
            let ready = folder + "/ready"
            _ = try await jobs.start(
                try shell("trap 'exit 7' TERM; touch \(ready); while :; do sleep 0.1; done", id: "polite"))
            try #require(await eventually { FileManager.default.fileExists(atPath: ready) })
            let end = try await jobs.stop("polite", .terminate)
            #expect(end.endedBy == .terminate && end.steps == [.terminate] && end.exitCode == 7 && end.signal == nil)
        }
    }

    @Test("what a job started and lost, in sessions of its own, ends with it", arguments: StopMode.allCases)
    func leavesNoChild(_ mode: StopMode) async throws {
        try await withJobs { jobs, folder in
            let file = folder + "/pids"
            // One in the background, one that ignores SIGTERM, one that is its own session's and has lost its parent.
            let script = """
                sleep 300 & echo $! >> \(file)
                (trap '' TERM; exec sleep 301) & echo $! >> \(file)
                setsid sh -c 'sleep 302 & echo $! >> \(file)' 
                echo $$ >> \(file)
                wait
                """
            _ = try await jobs.start(try shell(script, id: "forks"))
            try #require(await eventually { pids(in: file).count == 4 })
            let living = pids(in: file).compactMap { ProcessIdentity(of: $0) }
            #expect(living.count == 4)
            let end = try await jobs.stop("forks", mode)
            #expect(end.endedBy == mode)
            #expect(living.filter(\.isAlive).isEmpty)
        }
    }

    @Test("a job that ends and leaves a child with its output open has ended all the same, and so has the child")
    func leftBehind() async throws {
        try await withJobs { jobs, folder in
            let file = folder + "/pids"
            _ = try await jobs.start(try shell("setsid sleep 300 & echo $! >> \(file); exit 0", id: "leaves"))
            try await jobs.wait("leaves", within: .seconds(5)) { $0.state == .exited }
            let pid = try #require(pids(in: file).first)
            #expect(ProcessIdentity(of: pid).map { !$0.isAlive } ?? true)
        }
    }

    @Test("the same id replaces the job when that is really gone")
    func replaces() async throws {
        try await withJobs { jobs, folder in
            let ready = folder + "/ready"
            let spec = try shell(
                "trap 'sleep 0.5; exit 0' TERM; touch \(ready); while :; do sleep 0.05; done", id: "one")
            let first = try await jobs.start(spec)
            try #require(await eventually { FileManager.default.fileExists(atPath: ready) })
            let pid = try #require(first.status.pid)
            let identity = try #require(ProcessIdentity(of: pid))
            let second = try await jobs.start(spec)
            #expect(!identity.isAlive)
            #expect(second.replaced?.endedBy == .terminate && second.status.state == .running)
            #expect(second.status.pid != first.status.pid)
            #expect(await jobs.statuses().count == 1)
        }
    }

    @Test("starts of one id at the same time leave one job")
    func concurrent() async throws {
        try await withJobs { jobs, folder in
            let spec = try shell("echo $$ >> \(folder)/pids; exec sleep 100", id: "one")
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try? await jobs.start(spec) } }
            }
            try #require(await eventually { self.pids(in: folder + "/pids").count >= 1 })
            let living = pids(in: folder + "/pids").compactMap { ProcessIdentity(of: $0) }.filter(\.isAlive)
            #expect(living.map(\.pid) == [try await jobs.status("one").pid])
        }
    }

    @Test("a job whose keeper is killed is killed too, and failed")
    func keeperKilled() async throws {
        try await withJobs { jobs, folder in
            let started = try await jobs.start(try shell("exec sleep 100", id: "x"))
            let pid = try #require(started.status.pid)
            let process = try #require(ProcessIdentity(of: pid))
            let keeper = try #require(ProcessStat(pid: pid)?.parent)
            kill(keeper, SIGKILL)
            try await jobs.wait("x") { $0.state == .failed }
            #expect(!process.isAlive)
            #expect(try await jobs.status("x").error?.contains("keeper") == true)
        }
    }

    @Test("a job that is to be kept up is started again by the policy, and not when somebody ended it")
    func keptUp() async throws {
        let policy = RestartPolicy(delays: [.milliseconds(100)], maximumFailures: 3)
        try await withJobs(policy: policy) { jobs, folder in
            var spec = try shell("echo $$ >> \(folder)/pids; exec sleep 100", id: "up")
            spec.isKeptUp = true
            let started = try await jobs.start(spec)
            let first = try #require(started.status.pid)
            kill(first, SIGKILL)
            try await jobs.wait("up") { $0.state == .running && $0.pid != first }
            let status = try await jobs.status("up")
            #expect(status.restarts == 1 && status.lastCrash?.signal == SIGKILL)
            _ = try await jobs.stop("up", .terminate)
            try await Task.sleep(for: .milliseconds(800))
            #expect(try await jobs.status("up").state == .exited)
            #expect(pids(in: folder + "/pids").count == 2)
        }
    }

    @Test("a job that ends at once again and again is given up")
    func givenUp() async throws {
        let policy = RestartPolicy(delays: [.milliseconds(50)], maximumFailures: 3)
        try await withJobs(policy: policy) { jobs, folder in
            var spec = try shell("echo $$ >> \(folder)/pids; exit 1", id: "bad")
            spec.isKeptUp = true
            _ = try await jobs.start(spec)
            try await jobs.wait("bad") { $0.state == .failed && $0.nextStart == nil }
            try await Task.sleep(for: .milliseconds(500))
            #expect(pids(in: folder + "/pids").count == 3)
        }
    }

    @Test("CPU and memory are measured, those of children too")
    func measured() async throws {
        var limits = JobLimits()
        limits.interval = .milliseconds(300)
        try await withJobs(limits: limits) { jobs, _ in
            _ = try await jobs.start(try shell("(while :; do :; done) & wait", id: "busy"))
            let first = try await jobs.status("busy")
            #expect(first.cpuPercent == nil && !first.isHung)
            try await jobs.wait("busy") { ($0.cpuPercent ?? 0) > 20 && ($0.memoryMB ?? 0) > 0.5 }
        }
    }

    @Test("a job that does nothing is told as hanging, and one that works is not")
    func hangs() async throws {
        var limits = JobLimits()
        (limits.interval, limits.hungAfter) = (.milliseconds(200), .seconds(6))
        try await withJobs(limits: limits) { jobs, _ in
            _ = try await jobs.start(try shell("exec sleep 100", id: "idle"))
            _ = try await jobs.start(try shell("while :; do :; done", id: "busy"))
            try await jobs.wait("idle", within: .seconds(15)) { $0.isHung }
            #expect(try await jobs.status("busy").isHung == false)
        }
    }

    @Test("of the jobs that ended the newest are kept")
    func forgets() async throws {
        var limits = JobLimits()
        (limits.ended, limits.interval) = (2, .milliseconds(100))
        try await withJobs(limits: limits) { jobs, folder in
            for number in 0..<5 { _ = try await jobs.start(try shell("exit 0", id: "job-\(number)")) }
            #expect(await eventually { await jobs.statuses().count == 2 })
            let left = try FileManager.default.contentsOfDirectory(atPath: folder + "/agent/jobs")
            #expect(left.count == 2)
        }
    }

    @Test("a log does not grow without end")
    func rotates() async throws {
        try await withJobs { jobs, _ in
            _ = try await jobs.start(
                try shell("yes 0123456789012345678901234567890123456789 | head -c 20000000", id: "loud"))
            try await jobs.wait("loud", within: .seconds(60)) { !$0.state.isLive }
            let path = try await jobs.logPath("loud")
            let sizes = try [path, path + ".1"].map {
                try #require(FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int)
            }
            #expect(sizes.allSatisfy { $0 < 5 << 20 })
        }
    }

    @Test("a command that is waited for gives its code and its output byte for byte")
    func executes() async throws {
        try await withJobs { jobs, folder in
            let odd = ["a b", "", "it's \"quoted\"", "two\nlines", "../../x", "$HOME;`id`", "ü", "-n", "*"]
            let spec = try JobSpec(executable: "/usr/bin/printf", arguments: ["%s|"] + odd)
            let result = try await jobs.execute(spec, timeout: .seconds(10))
            #expect(result.exitCode == 0 && !result.timedOut && !result.isTruncated)
            #expect(String(decoding: result.output, as: UTF8.self) == odd.map { $0 + "|" }.joined())
            let bytes = try await jobs.execute(
                try shell("printf '\\000\\377\\n'; echo no >&2; exit 4", id: "b"), timeout: .seconds(10))
            #expect(
                Array(bytes.output) == [0, 255, 10] && Array(bytes.errors) == Array("no\n".utf8) && bytes.exitCode == 4)
            #expect(await jobs.statuses().isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/agent/exec").isEmpty)
        }
    }

    @Test("a command whose time is over is killed with what it started, and one that floods is cut off")
    func bounded() async throws {
        var limits = JobLimits()
        limits.output = 1000
        try await withJobs(limits: limits) { jobs, folder in
            let file = folder + "/pids"
            let result = try await jobs.execute(
                try shell("setsid sleep 300 & echo $! >> \(file); sleep 301", id: "slow"), timeout: .milliseconds(600))
            // A keeper under a sanitizer takes seconds to start and to end.
            #expect(result.timedOut && result.signal == SIGKILL && result.took < 20)
            let pid = try #require(pids(in: file).first)
            #expect(ProcessIdentity(of: pid).map { !$0.isAlive } ?? true)
            let flood = try await jobs.execute(try shell("yes | head -c 500000", id: "flood"), timeout: .seconds(20))
            #expect(flood.isTruncated && flood.output.count == 1000 && flood.exitCode == 0)
        }
    }
}
