import Foundation
import Logging

/// One guest with everything it needs: X server, sound server and QEMU, supervised, each restarted by its policy.
///
/// ```swift
/// let run = try RunDirectory()
/// let guest = Guest(
///     configuration: .demo(number: 0, image: "demo.img"), directory: try run.instance(InstanceID(ordinal: 0)),
///     logger: logger)
/// let events = guest.events
/// try await guest.start()
/// // capture guest.display with XAUTHORITY=guest.xauthority, and read guest.soundPipe
/// guest.sendInput([.key(QKeyCode(code: "KeyA")!, down: true)])
/// try await guest.stop()
/// ```
public actor Guest {
    /// What the guest is.
    public nonisolated let configuration: GuestConfiguration
    /// Where its sockets, logs and overlay are.
    public nonisolated let directory: InstanceDirectory

    private nonisolated let control = ControlSlot()
    nonisolated let fanout = EventFanout<GuestEvent>()
    private let logger: Logger
    private let ledger: ChildLedger
    nonisolated let xserver: XServer
    let pulse: PulseServer
    let qemu: QemuProcess
    let supervisors: [Supervisor<ContinuousClock>]
    var lock: FileLock?
    private var watchers: [Task<Void, Never>] = []
    private var displayIsReady = false
    private var isStarted = false
    /// It has been brought up; what ends from now on is started again.
    public private(set) var isUp = false
    var isRecovering = false
    var isStopping = false

    /// A guest that is not started yet.
    public init(
        configuration: GuestConfiguration, directory: InstanceDirectory, restartPolicy: RestartPolicy = RestartPolicy(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.directory = directory
        var logger = logger
        logger[metadataKey: "instance"] = "\(directory.id)"
        self.logger = logger
        ledger = ChildLedger(directory: directory, logger: logger)
        xserver = XServer(configuration: configuration, directory: directory, ledger: ledger, logger: logger)
        pulse = PulseServer(directory: directory, ledger: ledger, logger: logger)
        let events = fanout
        qemu = QemuProcess(
            configuration: configuration, directory: directory, xserver: xserver, pulse: pulse, ledger: ledger,
            logger: logger, control: control, onEvent: { events.send(.qmp($0)) })
        let services: [any SupervisedService] = [xserver, pulse, qemu]
        supervisors = services.map {
            Supervisor($0, policy: restartPolicy, clock: ContinuousClock(), logger: logger)
        }
    }

    /// What happens to the guest from now on; every access is a reader of its own with a queue of 64.
    public nonisolated var events: AsyncStream<GuestEvent> { fanout.subscribe() }

    /// The control connection, nil while QEMU is down.
    public nonisolated var qmp: QMPClient? { control.client }

    /// The X display, ":7"; nil while the X server is down.
    public var display: String? {
        get async { await xserver.liveDisplay.map { ":\($0)" } }
    }

    /// QEMU's window at 0,0 of the display, as it was when it was placed; nil while QEMU is down.
    public var window: GuestWindow? {
        get async { await qemu.window }
    }

    /// KVM or TCG; nil before the first start.
    public var accelerator: Accelerator? {
        get async { await qemu.accelerator }
    }

    /// The file that X clients need as `XAUTHORITY`.
    public nonisolated var xauthority: String { directory.xauthority }

    /// The sound server's address for libpulse.
    public nonisolated var pulseServer: String { "unix:" + directory.pulseSocket }

    /// The RFB server of its QEMU.
    public nonisolated var vnc: GuestVNC { GuestVNC(configuration, directory: directory) }

    /// The pipe that delivers the guest's sound: interleaved 16-bit stereo at 48 kHz.
    public nonisolated var soundPipe: String { directory.soundPipe }

    /// The host's interfaces behind its network card.
    public nonisolated var network: GuestNetworkReading {
        NetworkAttachment(network: configuration.network, number: configuration.number).reading
    }

    /// Its card's address; nil when it has none.
    public nonisolated var macAddress: MACAddress? {
        guard configuration.network.kind != .none else { return nil }
        return NetworkAttachment(network: configuration.network, number: configuration.number).address
    }

    /// The three services as they are now, in dependency order.
    public var services: [ServiceStatus] {
        get async {
            var result: [ServiceStatus] = []
            for supervisor in supervisors { result.append(await supervisor.status) }
            // A guest that was handed over runs in another process than the one its supervisor started.
            if result[2].pid != nil { result[2].pid = await qemu.pid }
            return result
        }
    }

    /// Sends input without waiting, in the order of the calls.
    ///
    /// - Parameter onTaken: called once QEMU has handed the events to the guest's devices, with the time then:
    ///   nanoseconds of `CLOCK_MONOTONIC`. Not called where QEMU does not take them.
    /// - Returns: false when QEMU is down and the input is dropped.
    @discardableResult
    public nonisolated func sendInput(
        _ events: [InputEvent], onTaken: (@Sendable (UInt64) -> Void)? = nil
    ) -> Bool {
        events.isEmpty || control.post(events, onTaken: onTaken)
    }

    /// Its folder is this process's: it is on its way up, or has been up.
    public var isClaimed: Bool { lock != nil }

    /// Takes its folder for this process, and clears away what a dead predecessor left.
    ///
    /// - Throws: `RunDirectoryError.inUse` while another process has it, and what clearing throws.
    public func claim() async throws {
        guard lock == nil else { return }
        lock = try directory.lock()
        do { try await ledger.reclaim() } catch {
            lock = nil
            throw error
        }
    }

    /// Brings the guest up: it is claimed where it is not yet, then X server and sound server start side by side, then
    /// QEMU.
    ///
    /// - Throws: what stands in the way, typed (`ProcessError`, `GuestError`, `DiskImageError`, `RunDirectoryError`), and
    ///   `CancellationError` when it is stopped meanwhile; nothing is left running then.
    public func start() async throws {
        guard !isStarted else { return }
        isStarted = true
        do {
            try await claim()
        } catch {
            isStarted = false
            throw error
        }
        do {
            watch()
            let (xserver, pulse) = (supervisors[0], supervisors[1])
            async let display: Void = xserver.start()
            async let sound: Void = pulse.start()
            _ = try await (display, sound)
            // Ended between the two: QEMU would be the only one to run.
            guard isStarted, !isStopping else { throw CancellationError() }
            try await supervisors[2].start()
            isUp = isStarted && !isStopping
        } catch {
            try? await stop()
            throw error
        }
    }

    /// Ends QEMU, then the two servers, and returns when all of it is confirmed gone.
    public func stop() async throws {
        isStopping = true
        defer { isStopping = false }
        var failure: (any Error)?
        do { try await stopServices() } catch { failure = error }
        if isRecovering {
            // It may have started something anew in the meantime; every step of it has a deadline.
            while isRecovering { try? await Task.sleep(for: .milliseconds(10)) }
            do { try await stopServices() } catch { failure = error }
        }
        do { try await qemu.lowerNetwork() } catch { failure = error }
        for watcher in watchers { watcher.cancel() }
        for watcher in watchers { await watcher.value }
        watchers = []
        unlink(directory.xauthority)
        (lock, isStarted, isUp) = (nil, false, false)
        if let failure { throw failure }
    }

    private func stopServices() async throws {
        var failure: (any Error)?
        do { try await supervisors[2].stop() } catch { failure = error }
        async let display: Void = supervisors[0].stop()
        async let sound: Void = supervisors[1].stop()
        do { try await display } catch { failure = error }
        do { try await sound } catch { failure = error }
        if let failure { throw failure }
    }

    /// Ends one service and starts it again now: "xserver" (QEMU follows), "pulse" or "qemu".
    ///
    /// - Returns: false when there is no service of that name.
    @discardableResult
    public func restart(_ service: String) async throws -> Bool {
        for supervisor in supervisors where await supervisor.status.name == service {
            try await supervisor.restart()
            return true
        }
        return false
    }

    private func watch() {
        watchers = supervisors.flatMap { supervisor in
            // Subscribed here, not in the tasks: the first change must not slip by.
            let (states, crashes) = (supervisor.states, supervisor.crashes)
            return [
                Task { for await status in states { await self.changed(status) } },
                Task { [fanout] in for await crash in crashes { fanout.send(.crashed(crash)) } },
            ]
        }
    }

    private func changed(_ status: ServiceStatus) async {
        fanout.send(.service(status))
        let isUp = status.state == .running
        switch status.name {
        case xserver.name where !isUp && status.state != .starting:
            lostDisplay()
            await qemu.endWithDisplay()
        case qemu.name where isUp:
            guard let display = await display, let window = await qemu.window else { return }
            displayIsReady = true
            fanout.send(.displayReady(display: display, window: window))
        case qemu.name:
            lostDisplay()
        case pulse.name where isUp:
            fanout.send(.soundReady(server: pulseServer))
        case pulse.name where status.state == .restarting || status.state == .error:
            fanout.send(.soundLost)
        default:
            break
        }
    }

    private func lostDisplay() {
        guard displayIsReady else { return }
        displayIsReady = false
        fanout.send(.displayLost)
    }
}
