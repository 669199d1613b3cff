import Foundation
import Testing

@testable import Fleet

/// Real faults on a real guest that plays a tone, heard at the sound server's monitor.
@Suite("Guest recovery", .serialized, .timeLimit(.minutes(2)))
struct GuestRecoveryTests {
    private func withGuest(
        _ folder: String, _ configuration: GuestConfiguration, _ body: (Guest) async throws -> Void
    ) async throws {
        let guest = Guest(
            configuration: configuration,
            directory: try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0)),
            restartPolicy: RestartPolicy(delays: [.milliseconds(200)]), logger: testLogger)
        try await guest.start()
        do {
            try await body(guest)
        } catch {
            try? await guest.stop()
            throw error
        }
        try await guest.stop()
    }

    private func hears(_ guest: Guest) async -> Bool {
        await eventually(within: .seconds(6)) { await Recorder.peak(of: guest) > 1000 }
    }

    @Test(
        "after a sound server's death the guest, never restarted, is heard again",
        arguments: [SIGKILL, SIGSTOP])
    func sound(signal: Int32) async throws {
        try await withTemporaryFolder { folder in
            let tone = try ToneGuest(in: folder)
            try await withGuest(folder, tone.configuration) { guest in
                #expect(await tone.hasSaid("R"))
                #expect(await hears(guest))
                let before = await guest.services
                // The key is held over the whole change: its release must reach the guest that went on.
                let key = try #require(QKeyCode(code: "KeyA"))
                #expect(guest.sendInput([.key(key, down: true)]))
                #expect(await tone.hasSaid("a"))
                kill(try #require(before[1].pid), signal)
                let began = ContinuousClock.now
                try await guest.recover(.sound)
                let took = ContinuousClock.now - began
                print("sound recovered in", took, "after signal", signal)
                #expect(took < .seconds(5))
                #expect(guest.sendInput([.key(key, down: false)]))
                #expect(await hears(guest))
                let after = await guest.services
                #expect(after[2].pid != before[2].pid)
                #expect(after[2].restarts == 0)
                #expect(after[2].lastExit == nil)
                #expect(after[0].pid == before[0].pid)
                #expect(await eventually { !ProcessIdentity(pid: before[2].pid!, startTime: 0).isAlive })
                #expect(try await guest.qmp?.runState() == "running")
                let next = try #require(QKeyCode(code: "KeyB"))
                #expect(guest.sendInput([.key(next, down: true)]))
                #expect(guest.sendInput([.key(next, down: false)]))
                #expect(await tone.hasSaid("b"))
                // It booted once.
                #expect(tone.said.filter { $0 == "R" }.count == 1)
                #expect(await guest.window?.width == 720)
                // And again, from a guest that has been handed over before.
                kill(try #require(after[1].pid), SIGKILL)
                try await guest.recover(.sound)
                #expect(await hears(guest))
                #expect(tone.said.filter { $0 == "R" }.count == 1)
                #expect(guest.qmp?.isOpen == true)
            }
        }
    }

    @Test("a QEMU that took the guest over is supervised: killed, it is started again")
    func killedAfterwards() async throws {
        try await withTemporaryFolder { folder in
            let tone = try ToneGuest(in: folder)
            try await withGuest(folder, tone.configuration) { guest in
                try await guest.recover(.sound)
                let moved = try #require(await guest.services[2].pid)
                kill(moved, SIGKILL)
                #expect(
                    await eventually(within: .seconds(10)) {
                        let status = await guest.services[2]
                        return status.restarts == 1 && status.state == .running && status.pid != moved
                    })
                #expect(await guest.services[2].lastExit?.signal == SIGKILL)
            }
        }
    }

    @Test("a paused guest is handed over and stays paused")
    func paused() async throws {
        try await withTemporaryFolder { folder in
            let tone = try ToneGuest(in: folder)
            try await withGuest(folder, tone.configuration) { guest in
                #expect(await tone.hasSaid("R"))
                try await guest.qmp?.execute("stop")
                try await guest.recover(.sound)
                #expect(try await guest.qmp?.runState() == "paused")
                try await guest.qmp?.execute("cont")
                #expect(await hears(guest))
            }
        }
    }

    @Test("a guest with a disk keeps its changes when it is handed over", arguments: [true, false])
    func disk(throwaway: Bool) async throws {
        try await withTemporaryFolder { folder in
            var tone = try ToneGuest(in: folder, bytes: 4 << 20)
            if !throwaway { tone.boot = .disk(tone.image) }
            try await withGuest(folder, tone.configuration) { guest in
                #expect(await tone.hasSaid("R"))
                try await disk(guest, "write -P 0xab 1M 64k")
                try await guest.recover(.sound)
                #expect(await hears(guest))
                #expect(try await guest.qmp?.runState() == "running")
                // What the old QEMU wrote is there, and the new one may write.
                try await disk(guest, "write -P 0xac 2M 64k")
                try await disk(guest, "flush")
                let file = guest.directory.path + (throwaway ? "/throwaway.qcow2" : "/overlay.qcow2")
                for (pattern, place) in [("0xab", "1M"), ("0xac", "2M")] {
                    let said = try Namespace.run(
                        "qemu-io", ["-r", "-U", "-f", "qcow2", "-c", "read -P \(pattern) \(place) 64k", file])
                    #expect(said.contains("read 65536") && !said.contains("failed"), "\(said)")
                }
                let block = try #require(try await guest.qmp?.execute("query-block").elements.first)
                #expect(block["inserted"]?["ro"]?.bool == false)
            }
        }
    }

    /// Writes to the guest's disk through QEMU.
    private func disk(_ guest: Guest, _ command: String) async throws {
        let qmp = try #require(guest.qmp)
        try await qmp.execute(
            "human-monitor-command", ["command-line": .string("qemu-io ide0-hd0 \"\(command)\"")])
    }

    @Test("a guest that is stopped in the middle of a recovery is gone, whatever was under way")
    func stopped() async throws {
        try await withTemporaryFolder { folder in
            let tone = try ToneGuest(in: folder)
            for (strategy, delay) in [
                (RecoveryStrategy.sound, 20), (.sound, 60), (.sound, 100), (.sound, 140), (.qemu, 20), (.display, 80),
            ] {
                try await withGuest(folder, tone.configuration) { guest in
                    let recovery = Task { try await guest.recover(strategy) }
                    try await Task.sleep(for: .milliseconds(delay))
                    try await guest.stop()
                    _ = try? await recovery.value
                    #expect(await guest.services.allSatisfy { $0.pid == nil })
                    #expect(guest.qmp == nil)
                    let contents = try AtomicFile.readJSON(
                        ChildLedger.Contents.self, from: guest.directory.childrenFile)
                    #expect(contents == nil)
                    let left = Set(try FileManager.default.contentsOfDirectory(atPath: guest.directory.path))
                    #expect(left == ["home", "pulse.log", "qemu.log", "xserver.log"])
                }
            }
        }
    }

    @Test("a guest that cannot be handed over runs on, the error says why, and force restarts it")
    func refused() async throws {
        try await withTemporaryFolder { folder in
            var configuration = try ToneGuest(in: folder).configuration
            // Two of them cannot listen at one port.
            configuration.extraArguments += ["-serial", "tcp:127.0.0.1:47613,server=on,wait=off"]
            try await withGuest(folder, configuration) { guest in
                let before = try #require(await guest.services[2].pid)
                let error = await #expect(throws: GuestError.self) { try await guest.recover(.sound) }
                #expect("\(error!)".contains("runs on"))
                #expect("\(error!)".contains("47613"))
                #expect(await guest.services[2].pid == before)
                #expect(try await guest.qmp?.runState() == "running")
                #expect(guest.sendInput([.relative(.x, 1)]))
                try await guest.recover(.sound, force: true)
                #expect(await guest.services[2].pid != before)
                #expect(await hears(guest))
            }
        }
    }

    @Test("a stopped QEMU is restarted within 1.5 s, a stopped X server with QEMU within 3 s")
    func stoppedProcesses() async throws {
        try await withTemporaryFolder { folder in
            let tone = try ToneGuest(in: folder)
            try await withGuest(folder, tone.configuration) { guest in
                for (index, strategy, limit) in [
                    (2, RecoveryStrategy.qemu, Duration.seconds(1.5)), (0, .display, .seconds(3)),
                ] {
                    let before = await guest.services
                    kill(try #require(before[index].pid), SIGSTOP)
                    let began = ContinuousClock.now
                    try await guest.recover(strategy)
                    print(strategy, "took", ContinuousClock.now - began)
                    #expect(ContinuousClock.now - began < limit)
                    let after = await guest.services
                    #expect(after.allSatisfy { $0.state == .running })
                    #expect(after[2].pid != before[2].pid)
                    #expect((after[0].pid != before[0].pid) == (strategy == .display))
                }
                await #expect(throws: GuestError.self) { try await guest.recover(.node) }
                await #expect(throws: NetworkError.noNetwork) { try await guest.recover(.network) }
            }
        }
    }

    @Test("QEMU waits for a sound server that is slow to start, and does not end it")
    func slowSoundServer() async throws {
        try await withTemporaryFolder { folder in
            let path = String(cString: getenv("PATH"))
            let real = try #require(
                path.split(separator: ":").map { String($0) + "/pulseaudio" }.first { access($0, X_OK) == 0 })
            try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
            try "#!/bin/sh\nsleep 1\nexec \(real) \"$@\"\n".write(
                toFile: folder + "/bin/pulseaudio", atomically: true, encoding: .utf8)
            chmod(folder + "/bin/pulseaudio", 0o755)
            setenv("PATH", folder + "/bin:" + path, 1)
            defer { setenv("PATH", path, 1) }
            let tone = try ToneGuest(in: folder)
            try await withGuest(folder, tone.configuration) { guest in
                kill(try #require(await guest.services[1].pid), SIGKILL)
                try await guest.recover(.qemu)
                #expect(await hears(guest))
            }
        }
    }

    @Test("a guest starts without a sound server, and is heard when there is one again, without a new start")
    func noSoundServer() async throws {
        try await withTemporaryFolder { folder in
            let tone = try ToneGuest(in: folder)
            try await withGuest(folder, tone.configuration) { guest in
                try await guest.supervisors[1].stop()
                try await guest.recover(.qemu)
                #expect(await guest.services[2].state == .running)
                #expect(await guest.qemu.soundProcess == nil)
                #expect(guest.sendInput([.relative(.x, 1)]))
                try await guest.recover(.sound)
                #expect(await guest.services[1].state == .running)
                #expect(await hears(guest))
            }
        }
    }

    @Test("a stopped sound server holds up neither QEMU's start nor the guest's end")
    func stoppedSoundServer() async throws {
        try await withTemporaryFolder { folder in
            let tone = try ToneGuest(in: folder)
            let began = ContinuousClock.now
            try await withGuest(folder, tone.configuration) { guest in
                kill(try #require(await guest.services[1].pid), SIGSTOP)
                let order = ContinuousClock.now
                try await guest.recover(.qemu)
                print("qemu restarted beside a stopped sound server in", ContinuousClock.now - order)
                #expect(ContinuousClock.now - order < .seconds(5))
                #expect(await hears(guest))
                kill(try #require(await guest.services[1].pid), SIGSTOP)
                let end = ContinuousClock.now
                try await guest.stop()
                print("guest stopped with a stopped sound server in", ContinuousClock.now - end)
                #expect(ContinuousClock.now - end < .seconds(5))
            }
            #expect(ContinuousClock.now - began < .seconds(30))
        }
    }
}
