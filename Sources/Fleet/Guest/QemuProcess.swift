import Foundation
import Logging

/// QEMU itself, on the guest's X server and sound server, with its control connection and its network.
actor QemuProcess: SupervisedService {
    nonisolated let name = "qemu"

    private let configuration: GuestConfiguration
    private let directory: InstanceDirectory
    private let xserver: XServer
    private let pulse: PulseServer
    private let ledger: ChildLedger
    private let logger: Logger
    private nonisolated let control: ControlSlot
    private let onEvent: @Sendable (QMPEvent) -> Void

    private var run: QemuRun?
    /// The one that is about to take over.
    private var successor: QemuRun?
    private var generation = 0
    private var stopRequested = false
    private var tapIndex: Int32?

    /// What runs the guest now.
    private(set) var accelerator: Accelerator?

    init(
        configuration: GuestConfiguration, directory: InstanceDirectory, xserver: XServer, pulse: PulseServer,
        ledger: ChildLedger, logger: Logger, control: ControlSlot, onEvent: @escaping @Sendable (QMPEvent) -> Void
    ) {
        self.configuration = configuration
        self.directory = directory
        self.xserver = xserver
        self.pulse = pulse
        self.ledger = ledger
        self.logger = logger
        self.control = control
        self.onEvent = onEvent
    }

    private nonisolated var network: NetworkAttachment {
        NetworkAttachment(network: configuration.network, number: configuration.number)
    }

    /// QEMU's window as it was when it was placed.
    var window: GuestWindow? {
        get async { await run?.window }
    }

    var pid: Int32? {
        get async { await run?.identity?.pid }
    }

    /// The sound server that QEMU is connected to.
    var soundProcess: ProcessIdentity? { run?.soundProcess }

    func start() async throws {
        stopRequested = false
        let display = try await waitForDisplay(within: .seconds(180))
        await waitForSound(within: .seconds(3))
        try await raiseNetwork()
        let drive = try await drive()
        guard !stopRequested else { throw CancellationError() }
        if try chooseKVM() {
            do {
                return try await launch(drive: drive, display: display, useKVM: true)
            } catch let error as ProcessError where configuration.accelerator == .automatic && Self.blamesKVM(error) {
                logger.warning("KVM failed, falling back to TCG", metadata: ["error": "\(error)"])
            }
        }
        try await launch(drive: drive, display: display, useKVM: false)
    }

    /// The limit is beyond the longest pause between two starts of the X server.
    private func waitForDisplay(within limit: Duration) async throws -> Int {
        let end = ContinuousClock.now + limit
        while !stopRequested, .now < end {
            if let display = await xserver.liveDisplay { return display }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw GuestError.dependencyDown(service: xserver.name, after: limit)
    }

    /// QEMU waits without a limit for a sound server that is connected and does not answer, the guest with it. So one
    /// that hangs is ended; without any, QEMU starts all the same and the guest is silent.
    private func waitForSound(within limit: Duration) async {
        let end = ContinuousClock.now + limit
        while !stopRequested, .now < end {
            if await pulse.identity != nil {
                if await pulse.answers() { return }
                logger.warning("the sound server does not answer and is ended")
                await pulse.kill()
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
        logger.warning("starting without a sound server; the guest is silent")
    }

    private func chooseKVM() throws -> Bool {
        guard configuration.accelerator != .tcg else { return false }
        let obstacle = Accelerator.kvmObstacle()
        if configuration.accelerator == .kvm {
            if let obstacle { throw GuestError.noKVM(reason: obstacle) }
            return true
        }
        guard let obstacle = obstacle ?? Accelerator.kvmDisadvantage() else { return true }
        logger.notice("running the guest without KVM", metadata: ["reason": "\(obstacle)"])
        return false
    }

    private static func blamesKVM(_ error: ProcessError) -> Bool {
        guard case .exitedEarly(_, let exit) = error else { return false }
        return exit.lastLines.contains { $0.lowercased().contains("kvm") }
    }

    private func drive() async throws -> Machine.Drive {
        let overlay = DiskOverlay(directory: directory, logger: logger)
        switch configuration.boot {
        case .sharedImage(let path):
            let image = try await DiskImage.inspect(path)
            // 360 KiB to 2.88 MiB are the sizes of floppies; no disk image is that small.
            guard image.virtualSize > 2_949_120 else { return .floppy(path: image.path) }
            return .throwaway(path: try await overlay.makeThrowaway(over: image))
        case .disk(let path):
            return .overlay(path: try await overlay.prepare(over: try await DiskImage.inspect(path)))
        }
    }

    private func launch(drive: Machine.Drive, display: Int, useKVM: Bool) async throws {
        let machine = Machine(
            configuration: configuration, useKVM: useKVM, drive: drive, qmpSocket: directory.qmpSocket,
            pulseSocket: directory.pulseSocket)
        let fresh = await makeRun(machine, display: display)
        run = fresh
        try await fresh.start()
        do {
            try await fresh.placeWindow(display: display, cookie: xserver.cookie)
        } catch {
            try? await fresh.stop(grace: .seconds(1))
            throw error
        }
        accelerator = useKVM ? .kvm : .tcg
        control.set(await fresh.qmp)
    }

    private func makeRun(_ machine: Machine, display: Int) async -> QemuRun {
        generation += 1
        return QemuRun(
            machine, name: generation == 1 ? name : "\(name).\(generation)", display: display,
            on: await xserver.identity, hearing: await pulse.identity, directory: directory, ledger: ledger,
            logger: logger, onEvent: onEvent)
    }

    func waitForExit() async -> ProcessExit {
        while let current = run {
            let exit = await current.waitForExit()
            // One that handed its guest over is done; its successor is what is waited for.
            guard run === current else { continue }
            control.set(nil)
            return exit
        }
        return ProcessExit(pid: 0, code: nil, signal: nil, uptime: .zero)
    }

    func stop() async throws {
        stopRequested = true
        control.set(nil)
        try await successor?.discard()
        if await xserver.isSuspended {
            // It cannot leave a display that does not answer.
            try await run?.stop(grace: .milliseconds(300))
        } else {
            try await run?.stop()
        }
        unlink(directory.qmpSocket)
        DiskOverlay(directory: directory, logger: logger).removeThrowaway()
    }

    /// Ends QEMU because what it shows itself on is gone; the supervisor starts it again.
    func endWithDisplay() async {
        guard let run, let displayProcess = run.displayProcess, !displayProcess.isAlive else { return }
        try? await run.stop(grace: .milliseconds(500))
    }

    /// QEMU cannot outlive its X server: an end that the server's end explains is not QEMU's failure.
    func isCollateral(_ exit: ProcessExit) async -> Bool {
        guard let displayProcess = run?.displayProcess else { return false }
        let end = ContinuousClock.now + .milliseconds(300)
        while .now < end {
            if !displayProcess.isAlive { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}

// MARK: The network

extension QemuProcess {
    private func raiseNetwork() async throws {
        try network.network.check()
        guard let link = network.tapLink else { return }
        tapIndex = try await BlockingWork.run { try link.raise() }
    }

    /// Sets the way out up again, and connects the running guest to it where it is another one than before.
    ///
    /// - Throws: `NetworkError`, `QMPError`, `GuestError.notRunning`.
    func mendNetwork() async throws {
        guard network.network.kind != .none else { throw NetworkError.noNetwork }
        let before = tapIndex
        try await raiseNetwork()
        guard let qmp = await run?.qmp else { throw GuestError.notRunning }
        if network.network.kind == .tap, tapIndex == before, await network.isPlugged(into: qmp) { return }
        await network.unplug(from: qmp)
        try await network.plug(into: qmp)
    }

    /// Removes the TAP and, after the last guest, the bridge.
    func lowerNetwork() async throws {
        guard let link = network.tapLink, tapIndex != nil else { return }
        tapIndex = nil
        try await BlockingWork.run { try link.lower() }
    }
}

// MARK: Handing the guest over

extension QemuProcess {
    /// Hands the running guest over to a new QEMU, which connects to the sound server anew; QEMU itself never does.
    ///
    /// The guest goes on where it was: memory, devices and disk. It stands still for some milliseconds.
    ///
    /// - Throws: `GuestError.notMoved`: the guest runs on in the old QEMU. `GuestError.notRunning`.
    func move() async throws {
        guard let old = run, let source = await old.qmp, let size = await old.window,
            let display = await xserver.liveDisplay
        else { throw GuestError.notRunning }
        var machine = old.machine
        machine.takesOver = true
        machine.qmpSocket = directory.path + "/qmp2.sock"
        let began = ContinuousClock.now
        let new = await makeRun(machine, display: display)
        successor = new
        defer { successor = nil }
        let (usher, hidden) = Self.usher(
            WindowUsher(
                display: display, cookie: xserver.cookie, screenWidth: configuration.screenWidth), replacing: size)
        let report: Handover.Report
        do {
            for await _ in hidden.ready { break }
            try await new.start()
            guard let target = await new.qmp else { throw GuestError.notRunning }
            let handover = Handover(from: source, to: target, socket: directory.path + "/move.sock")
            try await handover.prepare()
            control.hold()
            report = try await handover.perform()
            guard !stopRequested, run === old else { throw CancellationError() }
            // From here on the new one is the guest's, and what the supervisor waits for.
            run = new
            control.set(target)
        } catch {
            usher.leave()
            try? await new.discard()
            unlink(machine.qmpSocket)
            unlink(directory.path + "/move.sock")
            control.release()
            _ = try? await hidden.window.value
            throw error is CancellationError ? error : GuestError.notMoved(reason: "\(error)")
        }
        usher.show()
        await new.placed((try? await hidden.window.value).flatMap { $0 } ?? size)
        try? await old.discard()
        rename(machine.qmpSocket, directory.qmpSocket)
        logger.notice(
            "handed the guest over to a new QEMU",
            metadata: ["stoodStill": "\(report.downtime) ms", "took": "\(ContinuousClock.now - began)"])
        if network.isDetachable, let qmp = await new.qmp { try await network.plug(into: qmp) }
    }

    private struct Hidden {
        let ready: AsyncStream<Void>
        let window: Task<GuestWindow?, any Error>
    }

    private static func usher(_ usher: WindowUsher, replacing old: GuestWindow) -> (WindowUsher, Hidden) {
        let (ready, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let window = Task {
            defer { signal.finish() }
            return try await BlockingWork.run {
                try usher.run(limit: .seconds(40), replacing: old.id) { signal.yield() }
            }
        }
        return (usher, Hidden(ready: ready, window: window))
    }
}
