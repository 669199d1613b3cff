import Foundation
import Probe
import Testing

@testable import Fleet

@Suite("ChildProcess", .timeLimit(.minutes(1)))
struct ChildProcessTests {
    private func child(_ executable: String, _ arguments: [String] = [], log: String? = nil) -> ChildProcess {
        ChildProcess(
            ChildCommand(name: "test", executable: executable, arguments: arguments, logPath: log), logger: testLogger)
    }

    @Test("a missing program is an error that names its Debian package")
    func missing() async throws {
        let process = ChildProcess(
            ChildCommand(name: "x", executable: "Xvfb", environment: ["PATH": "/nowhere"]), logger: testLogger)
        let error = await #expect(throws: ProcessError.self) { try await process.start() }
        #expect("\(error!)".contains("Debian package xvfb"))
        #expect(await process.state == .stopped)
    }

    @Test("an exit is reported with its code, uptime and last lines of both channels")
    func exit() async throws {
        try await withTemporaryFolder { folder in
            let process = child("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"], log: folder + "/log")
            let pid = try await process.start()
            var exits = process.exits.makeAsyncIterator()
            let exit = try #require(await exits.next())
            #expect(exit.pid == pid)
            #expect(exit.code == 3)
            #expect(exit.signal == nil)
            #expect(!exit.wasRequested)
            #expect(Set(exit.lastLines) == ["out", "err"])
            #expect(await process.state == .error)
            let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
            #expect(Set(log.split(separator: "\n")) == ["out", "err"])
        }
    }

    @Test("of a flood of output the last 200 lines are kept")
    func flood() async throws {
        let process = child("/usr/bin/seq", ["1", "100000"])
        try await process.start()
        let exit = try #require(await process.waitForExit(within: .seconds(20)))
        #expect(exit.lastLines == (99_801...100_000).map(String.init))
    }

    @Test("readiness is waited for, and an early end is an error with code and last line")
    func readiness() async throws {
        try await withTemporaryFolder { folder in
            let good = child("/bin/sh", ["-c", "sleep 0.2; touch \(folder)/ready; exec sleep 100"])
            try await good.start()
            try await good.waitUntilReady(within: .seconds(5)) {
                FileManager.default.fileExists(atPath: folder + "/ready")
            }
            #expect(await good.state == .running)
            try await good.stop()
            #expect(await good.state == .stopped)
            let bad = child("/bin/sh", ["-c", "echo no such luck >&2; exit 9"])
            try await bad.start()
            let error = await #expect(throws: ProcessError.self) {
                try await bad.waitUntilReady(within: .seconds(5)) { false }
            }
            #expect("\(error!)".contains("exit code 9"))
            #expect("\(error!)".contains("no such luck"))
        }
    }

    @Test("a process that never gets ready is reported as such")
    func neverReady() async throws {
        let process = child("/bin/sleep", ["100"])
        try await process.start()
        let error = await #expect(throws: ProcessError.self) {
            try await process.waitUntilReady(within: .milliseconds(100)) { false }
        }
        guard case .notReady = error else {
            Issue.record("expected notReady, got \(String(describing: error))")
            return
        }
        try await process.stop()
    }

    @Test("stop escalates from SIGTERM to SIGKILL and takes the whole tree")
    func escalation() async throws {
        try await withTemporaryFolder { folder in
            let script = "trap '' TERM; (trap '' TERM; sleep 100) & echo $! > \(folder)/child; sleep 100; sleep 100"
            let process = child("/bin/sh", ["-c", script])
            let pid = try await process.start()
            #expect(await eventually { FileManager.default.contents(atPath: folder + "/child")?.isEmpty == false })
            let grandchild = try #require(
                Int32(
                    try String(contentsOfFile: folder + "/child", encoding: .utf8)
                        .trimmingCharacters(in: .whitespacesAndNewlines)))
            let family = try #require(ProcessIdentity(of: grandchild))
            try await process.stop(grace: .milliseconds(300))
            #expect(ProcessStat(pid: pid) == nil)
            #expect(!family.isAlive)
            let exit = await process.waitForExit(within: .zero)
            #expect(exit?.signal == SIGKILL)
            #expect(exit?.wasRequested == true)
        }
    }

    /// A leader with a child in its session and one in a session of its own, all deaf to SIGTERM; their pids are in `note`.
    private func tree(_ note: String) -> ChildProcess {
        let program = """
            import os, signal, sys, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            pids = []
            for own_session in (False, True):
                pid = os.fork()
                if pid == 0:
                    if own_session: os.setsid()
                    time.sleep(100)
                pids.append(pid)
            with open(sys.argv[1] + ".new", "w") as file: file.write(" ".join(map(str, [os.getpid()] + pids)))
            os.rename(sys.argv[1] + ".new", sys.argv[1])
            time.sleep(100)
            """
        return child("python3", ["-c", program, note])
    }

    private func members(_ note: String) async throws -> [ProcessIdentity] {
        #expect(await eventually(within: .seconds(10)) { FileManager.default.fileExists(atPath: note) })
        let pids = try String(contentsOfFile: note, encoding: .utf8).split(separator: " ").compactMap { Int32($0) }
        return pids.compactMap { ProcessIdentity(of: $0) }
    }

    @Test("stop takes the whole tree, a descendant with a session of its own too")
    func wholeTree() async throws {
        try await withTemporaryFolder { folder in
            let process = tree(folder + "/pids")
            try await process.start()
            let family = try await members(folder + "/pids")
            #expect(family.count == 3)
            let begun = ContinuousClock.now
            try await process.stop(grace: .milliseconds(300))
            #expect(.now - begun < .seconds(3))
            #expect(family.allSatisfy { !$0.isAlive })
            #expect(await process.identity == nil)
        }
    }

    @Test("what is stopped by SIGSTOP is killed without waiting for the grace", arguments: [false, true])
    func stopped(_ children: Bool) async throws {
        try await withTemporaryFolder { folder in
            let process = tree(folder + "/pids")
            try await process.start()
            let family = try await members(folder + "/pids")
            for member in children ? family : [family[0]] { member.send(SIGSTOP) }
            #expect(await eventually { family[0].isStopped })
            let begun = ContinuousClock.now
            try await process.stop(grace: .seconds(30))
            #expect(.now - begun < .seconds(3))
            #expect(family.allSatisfy { !$0.isAlive })
            #expect(await process.waitForExit(within: .zero)?.signal == SIGKILL)
        }
    }

    @Test("an end is seen within two seconds though a child holds the output open, and the child goes too")
    func heldOutput() async throws {
        try await withTemporaryFolder { folder in
            let process = tree(folder + "/pids")
            try await process.start()
            let family = try await members(folder + "/pids")
            // Its own session would keep it out of sight once its parent is gone.
            family[2].send(SIGKILL)
            family[0].send(SIGKILL)
            let exit = try #require(await process.waitForExit(within: .seconds(2)))
            #expect(exit.signal == SIGKILL)
            #expect(!exit.wasRequested)
            #expect(await eventually { !family[1].isAlive })
        }
    }

    @Test("a second start of a live process is refused, a start after its end is not")
    func restart() async throws {
        let process = child("/bin/sleep", ["100"])
        let first = try await process.start()
        await #expect(throws: ProcessError.self) { try await process.start() }
        try await process.stop()
        let second = try await process.start()
        #expect(first != second)
        try await process.stop()
    }

    @Test("the child has no standard input, its own session and only the environment given")
    func surroundings() async throws {
        let process = ChildProcess(
            ChildCommand(
                name: "env", executable: "/bin/sh",
                arguments: ["-c", "cat; env; ls -l /proc/self/fd | wc -l; ps -o sid= -p $$"],
                environment: ["LOCO_TEST": "a b"]),
            logger: testLogger)
        let pid = try await process.start()
        let exit = try #require(await process.waitForExit(within: .seconds(10)))
        #expect(exit.lastLines.contains("LOCO_TEST=a b"))
        #expect(!exit.lastLines.contains { $0.hasPrefix("DISPLAY=") || $0.hasPrefix("SSH_") })
        #expect(exit.lastLines.last?.trimmingCharacters(in: .whitespaces) == "\(pid)")
    }

    @Test("a child survives thousands of hops between threads of its parent")
    func survivesHops() async throws {
        let process = child("/bin/sleep", ["100"])
        try await process.start()
        let end = ContinuousClock.now + .seconds(5)
        while .now < end {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<64 { group.addTask { await Task.yield() } }
            }
            let thread = Thread { usleep(100) }
            thread.start()
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(await process.identity?.isAlive == true)
        try await process.stop()
    }

    @Test("a child dies when its parent is killed with SIGKILL")
    func diesWithParent() async throws {
        let note = "/tmp/lf-parent-\(getpid())"
        defer { unlink(note) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [note = note as String] in
            let process = ChildProcess(
                ChildCommand(name: "orphan", executable: "/bin/sleep", arguments: ["100"]), logger: testLogger)
            let pid = try await process.start()
            // setpriv must have become the program, or nothing had asked the kernel for the signal yet.
            _ = await eventually {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe"))?.hasSuffix("sleep")
                    ?? false
            }
            let identity = await process.identity!
            try AtomicFile.writeJSON(identity, to: note)
            kill(getpid(), SIGKILL)
        }
        let identity = try #require(try AtomicFile.readJSON(ProcessIdentity.self, from: note))
        #expect(identity.startTime > 0)
        #expect(await eventually { !identity.isAlive })
    }
}
