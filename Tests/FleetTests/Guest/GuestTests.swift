import Foundation
import Testing

@testable import Fleet

/// Everything real: Xvfb, PulseAudio and QEMU.
@Suite("Guest", .serialized, .timeLimit(.minutes(2)))
struct GuestTests {
    private static let quick = RestartPolicy(healthyUptime: .seconds(30), delays: [.milliseconds(200)])

    private func make(_ folder: String, _ configuration: GuestConfiguration, id: Int = 0) throws -> Guest {
        Guest(
            configuration: configuration,
            directory: try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: id)),
            restartPolicy: Self.quick, logger: testLogger)
    }

    /// The processes whose command line names the folder, or that are recorded for it.
    private func processes(naming folder: String) -> [String] {
        let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        return pids.compactMap { pid in
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return nil }
            let line = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\0", with: " ")
            return line.contains(folder + "/run") ? line : nil
        }
    }

    private func type(_ code: String, into guest: Guest) throws {
        let key = try #require(QKeyCode(code: code))
        #expect(guest.sendInput([.key(key, down: true)]))
        #expect(guest.sendInput([.key(key, down: false)]))
    }

    @Test("a guest boots, takes keys, shows its window at the origin, and leaves nothing behind")
    func wholeLife() async throws {
        try await withTemporaryFolder { folder in
            let echo = try EchoGuest(in: folder)
            let guest = try make(folder, echo.configuration)
            let began = ContinuousClock.now
            try await guest.start()
            print("guest up after", ContinuousClock.now - began, await guest.accelerator as Any)
            #expect(await echo.hasSaid("R"))
            print("guest code runs after", ContinuousClock.now - began)
            #expect(await guest.services.map(\.state) == [.running, .running, .running])
            let display = try #require(await guest.display)
            let number = try #require(Int(display.dropFirst()))
            #expect(try await guest.qmp?.runState() == "running")
            for code in ["KeyA", "Digit7", "Space", "KeyZ"] { try type(code, into: guest) }
            #expect(await echo.hasSaid("a7 z"))
            let window = try #require(await guest.window)
            #expect(window.width == 640 || window.width == 720)
            try type("KeyM", into: guest)
            #expect(await echo.hasSaid("M"))
            #expect(await eventually { position(of: "QEMU", display, guest.xauthority) == "640x480+0+0" })
            let open = ProcessIdentity.current
            try await guest.stop()
            #expect(open.isAlive)
            #expect(processes(naming: folder).isEmpty)
            let left = Set(try FileManager.default.contentsOfDirectory(atPath: guest.directory.path))
            #expect(left == ["home", "pulse.log", "qemu.log", "xserver.log"])
            #expect(!FileManager.default.fileExists(atPath: DisplayLock.lockPath(number)))
            #expect(!FileManager.default.fileExists(atPath: DisplayLock.socketPath(number)))
            #expect(guest.qmp == nil)
            #expect(!guest.sendInput([.relative(.x, 1)]))
        }
    }

    /// The size and place of a window as `xwininfo` tells; a second opinion on `WindowPlacer`.
    private func position(of name: String, _ display: String, _ authority: String) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/xwininfo")
        process.arguments = ["-root", "-tree"]
        process.environment = ["DISPLAY": display, "XAUTHORITY": authority]
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let line = text.split(separator: "\n").first { $0.contains("\"\(name)") }
        return line?.split(separator: " ").first { $0.contains("x") && $0.contains("+") && $0.first!.isNumber }
            .map(String.init)
    }

    @Test("two guests run side by side on displays of their own, and a second owner of one is refused")
    func twoGuests() async throws {
        try await withTemporaryFolder { folder in
            let echoes = try (0..<2).map { try EchoGuest(in: folder, name: "g\($0)") }
            let guests = try echoes.enumerated().map { try make(folder, $1.configuration, id: $0) }
            async let first: Void = guests[0].start()
            async let second: Void = guests[1].start()
            _ = try await (first, second)
            #expect(await guests[0].display != guests[1].display)
            #expect(guests[0].pulseServer != guests[1].pulseServer)
            for echo in echoes { #expect(await echo.hasSaid("R")) }
            try type("KeyX", into: guests[1])
            #expect(await echoes[1].hasSaid("x"))
            #expect(!echoes[0].said.contains("x"))
            let rival = try make(folder, echoes[0].configuration, id: 0)
            let error = await #expect(throws: RunDirectoryError.self) { try await rival.start() }
            #expect(error == .inUse(path: guests[0].directory.path, pid: getpid()))
            #expect(await guests[0].services.allSatisfy { $0.state == .running })
            try await guests[0].stop()
            #expect(await guests[1].services.allSatisfy { $0.state == .running })
            try await guests[1].stop()
            #expect(processes(naming: folder).isEmpty)
        }
    }

    @Test("a killed QEMU is started again alone, and the events say so")
    func qemuCrash() async throws {
        try await withTemporaryFolder { folder in
            let echo = try EchoGuest(in: folder)
            let guest = try make(folder, echo.configuration)
            let events = guest.events
            try await guest.start()
            let before = await guest.services
            kill(try #require(before[2].pid), SIGKILL)
            #expect(await eventually { await guest.services[2].restarts == 1 })
            #expect(await eventually(within: .seconds(20)) { await guest.services[2].state == .running })
            let after = await guest.services
            #expect(after[0].pid == before[0].pid)
            #expect(after[1].pid == before[1].pid)
            #expect(after[2].lastExit?.signal == 9)
            #expect(after[2].lastExit?.crashClass == .unexpectedExit)
            #expect(await eventually { guest.qmp?.isOpen == true })
            try await guest.stop()
            var story: [String] = []
            for await event in events {
                switch event {
                case .displayReady: story.append("ready")
                case .displayLost: story.append("lost")
                case .crashed(let record): story.append("crashed \(record.service)")
                default: break
                }
                if story.filter({ $0 == "lost" }).count == 2 { break }
            }
            #expect(story.filter { !$0.hasPrefix("crashed") } == ["ready", "lost", "ready", "lost"])
            #expect(story.contains("crashed qemu"))
        }
    }

    @Test("a killed X server takes QEMU with it, and both come back without QEMU being blamed")
    func xserverCrash() async throws {
        try await withTemporaryFolder { folder in
            let echo = try EchoGuest(in: folder)
            let guest = try make(folder, echo.configuration)
            try await guest.start()
            let before = await guest.services
            kill(try #require(before[0].pid), SIGKILL)
            #expect(
                await eventually(within: .seconds(20)) {
                    let now = await guest.services
                    return now.allSatisfy { $0.state == .running } && now[0].pid != before[0].pid
                        && now[2].pid != before[2].pid
                })
            #expect(await guest.services[1].pid == before[1].pid)
            #expect(await eventually { await guest.window != nil })
            try await guest.stop()
            #expect(processes(naming: folder).isEmpty)
        }
    }

    @Test("a killed sound server comes back alone")
    func pulseCrash() async throws {
        try await withTemporaryFolder { folder in
            let echo = try EchoGuest(in: folder)
            let guest = try make(folder, echo.configuration)
            try await guest.start()
            let before = await guest.services
            kill(try #require(before[1].pid), SIGKILL)
            #expect(
                await eventually(within: .seconds(20)) {
                    let now = await guest.services[1]
                    return now.state == .running && now.pid != before[1].pid
                })
            #expect(await guest.services[2].pid == before[2].pid)
            #expect(UnixSocket.answers(guest.directory.pulseSocket))
            #expect(try await guest.restart("qemu"))
            #expect(await guest.services[2].state == .running)
            #expect(try await !guest.restart("teapot"))
            try await guest.stop()
        }
    }

    @Test("what a killed owner left behind is gone after the next start")
    func reclaim() async throws {
        try await withTemporaryFolder { folder in
            let echo = try EchoGuest(in: folder)
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
                let echo = try EchoGuest(in: folder)
                let guest = Guest(
                    configuration: echo.configuration,
                    directory: try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0)),
                    logger: testLogger)
                try await guest.start()
                kill(getpid(), SIGKILL)
            }
            let guest = try make(folder, echo.configuration)
            let contents = try #require(
                try AtomicFile.readJSON(ChildLedger.Contents.self, from: guest.directory.childrenFile))
            #expect(contents.children.count == 3)
            // The kernel has already ended them; the ledger clears what SIGKILL gave them no time to remove.
            let oldDisplay = try #require(contents.children.compactMap(\.display).first)
            #expect(await eventually { !contents.children.contains { $0.process.isAlive } })
            try await guest.start()
            #expect(await echo.hasSaid("R"))
            let oldServer = contents.children.first { $0.display != nil }?.process.pid
            let holder = FileManager.default.contents(atPath: DisplayLock.lockPath(oldDisplay))
                .flatMap { Int32(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) }
            #expect(holder != oldServer)
            try await guest.stop()
            #expect(!FileManager.default.fileExists(atPath: DisplayLock.lockPath(oldDisplay)))
        }
    }

    @Test("QEMU that refuses its arguments is an error with its own words, and nothing stays")
    func badArguments() async throws {
        try await withTemporaryFolder { folder in
            var configuration = try EchoGuest(in: folder).configuration
            configuration.extraArguments = ["-device", "flux-capacitor"]
            let guest = try make(folder, configuration)
            let error = await #expect(throws: ProcessError.self) { try await guest.start() }
            #expect("\(error!)".contains("flux-capacitor"))
            #expect("\(error!)".contains("exit code 1"))
            #expect(processes(naming: folder).isEmpty)
            configuration.extraArguments = []
            let retry = try make(folder, configuration)
            try await retry.start()
            try await retry.stop()
        }
    }

    @Test("the X server lets nobody in without the cookie")
    func cookie() async throws {
        try await withTemporaryFolder { folder in
            let guest = try make(folder, try EchoGuest(in: folder).configuration)
            try await guest.start()
            let display = try #require(await guest.display)
            let number = try #require(Int(display.dropFirst()))
            #expect(throws: GuestError.self) {
                _ = try WindowPlacer(display: number, cookie: XCookie())
            }
            try await guest.stop()
        }
    }
}
