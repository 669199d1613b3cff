import Foundation
import Logging

/// QEMU itself, on the guest's X server and sound server, with its control connection.
actor QemuProcess: SupervisedService {
    nonisolated let name = "qemu"

    private let configuration: GuestConfiguration
    private let directory: InstanceDirectory
    private let xserver: XServer
    private let ledger: ChildLedger
    private let logger: Logger
    private let onControl: @Sendable (QMPClient?) -> Void
    private let onEvent: @Sendable (QMPEvent) -> Void
    private var eventTask: Task<Void, Never>?

    private var process: ServiceProcess?
    private var stopRequested = false
    private var displayProcess: ProcessIdentity?

    /// The control connection while QEMU is up.
    private(set) var qmp: QMPClient?
    /// QEMU's window as it was placed at the start.
    private(set) var window: GuestWindow?
    /// What runs the guest now.
    private(set) var accelerator: Accelerator?

    init(
        configuration: GuestConfiguration, directory: InstanceDirectory, xserver: XServer, ledger: ChildLedger,
        logger: Logger, onControl: @escaping @Sendable (QMPClient?) -> Void,
        onEvent: @escaping @Sendable (QMPEvent) -> Void
    ) {
        self.configuration = configuration
        self.directory = directory
        self.xserver = xserver
        self.ledger = ledger
        self.logger = logger
        self.onControl = onControl
        self.onEvent = onEvent
    }

    var pid: Int32? {
        get async { await process?.child.identity?.pid }
    }

    func start() async throws {
        stopRequested = false
        let display = try await waitForDisplay(within: .seconds(180))
        displayProcess = await xserver.identity
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
        switch configuration.boot {
        case .sharedImage(let path):
            let image = try await DiskImage.inspect(path)
            // 360 KiB to 2.88 MiB are the sizes of floppies; no disk image is that small.
            return image.virtualSize <= 2_949_120 ? .floppy(path: image.path) : .throwaway(path: image.path)
        case .disk(let path):
            let image = try await DiskImage.inspect(path)
            return .overlay(path: try await DiskOverlay(directory: directory, logger: logger).prepare(over: image))
        }
    }

    private func launch(drive: Machine.Drive, display: Int, useKVM: Bool) async throws {
        let machine = Machine(
            configuration: configuration, useKVM: useKVM, drive: drive, qmpSocket: directory.qmpSocket,
            pulseSocket: directory.pulseSocket)
        let command = ChildCommand(
            name: name, executable: configuration.emulator, arguments: machine.arguments,
            environment: [
                "DISPLAY": ":\(display)", "XAUTHORITY": directory.xauthority, "HOME": directory.home,
                "XDG_RUNTIME_DIR": directory.home, "TMPDIR": directory.path,
                "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy", "SDL_VIDEO_X11_XINPUT2": "0",
                "DBUS_SESSION_BUS_ADDRESS": "disabled:",
            ],
            workingDirectory: directory.path, logPath: directory.log(name))
        unlink(directory.qmpSocket)
        let process = ServiceProcess(command, ledger: ledger, logger: logger)
        self.process = process
        let socket = directory.qmpSocket
        // The socket takes connections long before QEMU has made its devices: only an answer is readiness.
        try await process.start(within: .seconds(20)) {
            try await self.connectControl(socket)
            return true
        } display: {
            nil
        }
        do {
            window = try await placeWindow(display: display, child: process.child)
        } catch {
            await dropControl()
            try? await process.stop(grace: .seconds(1))
            throw error
        }
        accelerator = useKVM ? .kvm : .tcg
        onControl(qmp)
    }

    private func connectControl(_ socket: String) async throws {
        let client = try await QMPClient.connect(path: socket, deadline: .seconds(10))
        qmp = client
        eventTask = Task { [onEvent] in for await event in client.events { onEvent(event) } }
    }

    /// QEMU opens its window before it answers QMP, but the X server may not have shown it yet.
    private func placeWindow(display: Int, child: ChildProcess) async throws -> GuestWindow {
        let (cookie, width, height) = (xserver.cookie, configuration.screenWidth, configuration.screenHeight)
        let limit = Duration.seconds(5)
        let end = ContinuousClock.now + limit
        while true {
            let placed = try await BlockingWork.run {
                try WindowPlacer(display: display, cookie: cookie).place(screenWidth: width, screenHeight: height)
            }
            if let placed { return placed }
            guard await child.identity != nil, .now < end else {
                throw GuestError.noWindow(display: ":\(display)", after: limit)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func waitForExit() async -> ProcessExit {
        guard let process else { return ProcessExit(pid: 0, code: nil, signal: nil, uptime: .zero) }
        let exit = await process.waitForExit()
        await dropControl()
        return exit
    }

    func stop() async throws {
        stopRequested = true
        try await process?.stop(grace: .seconds(3))
        await dropControl()
        unlink(directory.qmpSocket)
    }

    /// Ends QEMU because what it shows itself on is gone; the supervisor starts it again.
    func endWithDisplay() async {
        guard let displayProcess, !displayProcess.isAlive else { return }
        try? await process?.child.stop(grace: .milliseconds(500))
    }

    /// QEMU cannot outlive its X server: an end that the server's end explains is not QEMU's failure.
    func isCollateral(_ exit: ProcessExit) async -> Bool {
        guard let displayProcess else { return false }
        let end = ContinuousClock.now + .milliseconds(300)
        while .now < end {
            if !displayProcess.isAlive { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    private func dropControl() async {
        onControl(nil)
        await qmp?.close()
        // The stream ends with the connection.
        await eventTask?.value
        eventTask = nil
        qmp = nil
        window = nil
    }
}
