import Foundation
import Logging

/// QEMU itself, on the guest's X server and sound server, with its control connection and its network.
actor QemuProcess: SupervisedService {
    nonisolated let name = "qemu"

    let configuration: GuestConfiguration
    let directory: InstanceDirectory
    let xserver: XServer
    private let pulse: PulseServer
    private let ledger: ChildLedger
    let logger: Logger
    nonisolated let control: ControlSlot
    private let onEvent: @Sendable (QMPEvent) -> Void

    var run: QemuRun?
    /// The one that is about to take over.
    var successor: QemuRun?
    private var generation = 0
    private var hurries = false
    var stopRequested = false
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

    nonisolated var network: NetworkAttachment {
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
        // What a handover that was overtaken by an end may have left.
        let left = [run, successor].compactMap(\.self)
        run = nil
        for one in left { try await one.discard() }
        let display = try await waitForDisplay(within: .seconds(180))
        let hasSound = await waitForSound(within: .seconds(3))
        try await raiseNetwork()
        let drive = try await drive()
        guard !stopRequested else { throw CancellationError() }
        if try chooseKVM() {
            do {
                return try await launch(drive: drive, display: display, hasSound: hasSound, useKVM: true)
            } catch let error as ProcessError where configuration.accelerator == .automatic && Self.blamesKVM(error) {
                logger.warning("KVM failed, falling back to TCG", metadata: ["error": "\(error)"])
            }
        }
        try await launch(drive: drive, display: display, hasSound: hasSound, useKVM: false)
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
    /// that hangs is ended. Where none listens QEMU would not start, and gets no sound server at all: the guest is silent
    /// until it is handed to a QEMU that has one.
    ///
    /// - Returns: whether one answers.
    private func waitForSound(within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while !stopRequested, .now < end {
            if let server = await pulse.identity, await !pulse.isStarting {
                if await pulse.answers() { return true }
                logger.warning("the sound server does not answer and is ended")
                // This one, and not what its supervisor may have started meanwhile.
                server.send(SIGKILL)
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
        logger.warning("starting without a sound server; the guest is silent")
        return false
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

    private func launch(drive: Machine.Drive, display: Int, hasSound: Bool, useKVM: Bool) async throws {
        let machine = Machine(
            configuration: configuration, useKVM: useKVM, drive: drive, qmpSocket: directory.qmpSocket,
            pulseSocket: hasSound ? directory.pulseSocket : nil, vncSocket: directory.vncSocket)
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

    func makeRun(_ machine: Machine, display: Int) async -> QemuRun {
        generation += 1
        return QemuRun(
            machine, name: generation == 1 ? name : "\(name).\(generation)", display: display,
            on: await xserver.identity, hearing: machine.pulseSocket == nil ? nil : await pulse.identity,
            directory: directory, ledger: ledger, logger: logger, onEvent: onEvent)
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
        let isHurried = hurries
        hurries = false
        if isHurried {
            try await run?.stop(grace: .milliseconds(300))
        } else {
            try await run?.stop()
        }
        unlink(directory.qmpSocket)
        unlink(directory.vncSocket)
        DiskOverlay(directory: directory, logger: logger).removeThrowaway()
    }

    /// Gives QEMU little time at the next stop: it cannot leave a display that does not answer.
    func hurry() { hurries = true }

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
        // Noted first: what a failure leaves half made is removed as well.
        tapIndex = tapIndex ?? -1
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
        // One that does not answer hangs: whoever starts QEMU anew plugs the card in with it.
        guard let isPlugged = await network.isPlugged(into: qmp) else { return }
        if network.network.kind == .tap, tapIndex == before, isPlugged { return }
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
