import Foundation
import Logging

/// A guest's sound server: a private PulseAudio with one sink, which writes what viewers hear into a pipe.
///
/// Idle it costs nothing measurable; with QEMU's stream 1.2 % of a core. What matters is that
/// nothing is resampled (48 kHz from QEMU to Opus) and that nobody asks for less latency than needed: the smallest
/// request sets the sink's wake-ups for all.
actor PulseServer: SupervisedService {
    nonisolated let name = "pulse"
    /// The sink's name; its monitor is `<sink>.monitor`.
    static let sink = "loco"

    private nonisolated let directory: InstanceDirectory
    private let process: ServiceProcess
    /// Whether it was started and does not listen yet.
    private(set) var isStarting = false

    init(directory: InstanceDirectory, ledger: ChildLedger, logger: Logger) {
        self.directory = directory
        let home = directory.home
        let command = ChildCommand(
            name: name, executable: "pulseaudio",
            arguments: [
                "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disallow-exit=yes",
                "--high-priority=no", "--realtime=no", "--log-target=stderr", "--log-level=error",
                // 192 KB/s need no shared memory, and its failures fill the log.
                "--disable-shm=yes",
                // Paced by the system's clock, not by its reader; what nobody reads is dropped.
                "-L",
                "module-pipe-sink sink_name=\(Self.sink) file=\(directory.soundPipe) rate=48000 channels=2 format=s16le"
                    + " use_system_clock_for_timing=yes",
                // Last, so that a socket that answers means a sink that is there. Anonymous within the instance's folder,
                // which only its owner can enter.
                "-L", "module-native-protocol-unix socket=\(directory.pulseSocket) auth-anonymous=1",
            ],
            environment: [
                "HOME": home, "XDG_RUNTIME_DIR": home, "XDG_CONFIG_HOME": home, "PULSE_RUNTIME_PATH": home,
                "PULSE_STATE_PATH": home, "PULSE_CONFIG_PATH": home, "DBUS_SESSION_BUS_ADDRESS": "disabled:",
                "DBUS_SYSTEM_BUS_ADDRESS": "disabled:",
            ],
            logPath: directory.log(name))
        process = ServiceProcess(command, ledger: ledger, logger: logger)
    }

    var pid: Int32? {
        get async { await process.child.identity?.pid }
    }

    var identity: ProcessIdentity? {
        get async { await process.child.identity }
    }

    /// True when it answers a client within a second. A connection alone proves nothing: the kernel takes it for a
    /// server that is stopped.
    func answers() async -> Bool {
        guard await !process.isSuspended else { return false }
        let socket = directory.pulseSocket
        return (try? await BlockingWork.run { PulseGreeting.isAnswered(at: socket) }) ?? false
    }

    func start() async throws {
        // PulseAudio refuses to bind where a killed one left its socket.
        unlink(directory.pulseSocket)
        unlink(directory.soundPipe)
        let socket = directory.pulseSocket
        isStarting = true
        defer { isStarting = false }
        try await process.start(within: .seconds(10)) {
            try await BlockingWork.run { PulseGreeting.isAnswered(at: socket) }
        } display: {
            nil
        }
    }

    func waitForExit() async -> ProcessExit {
        await process.waitForExit()
    }

    func stop() async throws {
        try await process.stop(grace: .seconds(3))
        unlink(directory.pulseSocket)
        unlink(directory.soundPipe)
    }
}
