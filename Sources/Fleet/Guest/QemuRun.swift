import Foundation
import Logging

/// One run of QEMU: its process, its control connection and its window.
actor QemuRun {
    nonisolated let machine: Machine
    /// The X server it shows itself on.
    nonisolated let displayProcess: ProcessIdentity?
    /// The sound server it is connected to, if that was up.
    nonisolated let soundProcess: ProcessIdentity?

    private nonisolated let process: ServiceProcess
    private let onEvent: @Sendable (QMPEvent) -> Void
    private var eventTask: Task<Void, Never>?

    /// The control connection while it is up.
    private(set) var qmp: QMPClient?
    /// Its window as it was placed.
    private(set) var window: GuestWindow?

    /// - Parameter name: what the ledger and the log call it: "qemu", or another while there are two.
    init(
        _ machine: Machine, name: String, display: Int, on displayProcess: ProcessIdentity?,
        hearing soundProcess: ProcessIdentity?, directory: InstanceDirectory, ledger: ChildLedger, logger: Logger,
        onEvent: @escaping @Sendable (QMPEvent) -> Void
    ) {
        self.machine = machine
        self.displayProcess = displayProcess
        self.soundProcess = soundProcess
        self.onEvent = onEvent
        let command = ChildCommand(
            name: name, executable: machine.configuration.emulator, arguments: machine.arguments,
            environment: [
                "DISPLAY": ":\(display)", "XAUTHORITY": directory.xauthority, "HOME": directory.home,
                "XDG_RUNTIME_DIR": directory.home, "TMPDIR": directory.path,
                "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy",
                // SDL would draw through OpenGL in software otherwise: thrice the CPU and memory.
                "SDL_RENDER_DRIVER": "software", "SDL_FRAMEBUFFER_ACCELERATION": "0", "SDL_VIDEO_X11_XINPUT2": "0",
                "DBUS_SESSION_BUS_ADDRESS": "disabled:",
            ],
            workingDirectory: directory.path, logPath: directory.log("qemu"))
        process = ServiceProcess(command, ledger: ledger, logger: logger)
    }

    var identity: ProcessIdentity? {
        get async { await process.child.identity }
    }

    /// Spawns it and waits until it answers; on a throw nothing of it is left.
    func start() async throws {
        unlink(machine.qmpSocket)
        do {
            // The socket takes connections long before QEMU has made its devices: only an answer is readiness.
            try await process.start(within: .seconds(20)) {
                try await self.connectControl()
                return true
            } display: {
                nil
            }
        } catch {
            await dropControl()
            throw error
        }
        // QEMU leaves it open to whoever reaches the folder.
        if let vncSocket = machine.vncSocket { chmod(vncSocket, 0o600) }
    }

    private func connectControl() async throws {
        let client = try await QMPClient.connect(path: machine.qmpSocket, deadline: .seconds(10))
        qmp = client
        eventTask = Task { [onEvent] in for await event in client.events { onEvent(event) } }
    }

    /// Waits for its window and moves it to the origin.
    ///
    /// QEMU opens its window before it answers QMP, but the X server may not have shown it yet.
    func placeWindow(display: Int, cookie: XCookie) async throws {
        let (width, height) = (machine.configuration.screenWidth, machine.configuration.screenHeight)
        let limit = Duration.seconds(5)
        let end = ContinuousClock.now + limit
        while true {
            let placed = try await BlockingWork.run {
                var placer = try WindowPlacer(display: display, cookie: cookie)
                return placer.place(screenWidth: width, screenHeight: height)
            }
            if let placed {
                window = placed
                return
            }
            guard await identity != nil, .now < end else {
                throw GuestError.noWindow(display: ":\(display)", after: limit)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Somebody else placed it.
    func placed(_ window: GuestWindow?) {
        self.window = window
    }

    func waitForExit() async -> ProcessExit {
        let exit = await process.waitForExit()
        await dropControl()
        return exit
    }

    /// Ends it; one that does not answer its control connection gets no time to end by itself.
    func stop() async throws {
        var grace = Duration.seconds(3)
        // Without a connection it is on its way up or down.
        if let qmp, await !process.isSuspended,
            (try? await qmp.execute("query-status", deadline: .milliseconds(500))) == nil
        {
            grace = .zero
        }
        try await stop(grace: grace)
    }

    func stop(grace: Duration) async throws {
        defer {
            unlink(machine.qmpSocket)
            machine.vncSocket.map { _ = unlink($0) }
        }
        try await process.stop(grace: grace)
        await dropControl()
    }

    /// Ends it at once and leaves its socket's name alone. Only for one that has nothing left to write.
    func discard() async throws {
        await dropControl()
        try await process.stop(grace: .zero)
    }

    private func dropControl() async {
        let client = qmp
        qmp = nil
        window = nil
        await client?.close()
        // The stream ends with the connection.
        await eventTask?.value
        eventTask = nil
    }
}
