import Foundation
import TestSupport
import Testing

/// A real PulseAudio of the test's own.
final class PulseServerFixture: Sendable {
    let folder = NSTemporaryDirectory() + "loco-pulse-\(UInt32.random(in: .min ... .max))"
    let pid: Int32
    private let process: Process

    var address: String { "unix:\(folder)/sock" }

    init() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/pulseaudio")
        process.arguments = [
            "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes",
            "--log-target=stderr", "--log-level=error",
            "-L", "module-null-sink sink_name=test rate=48000 channels=2 format=s16le",
            "-L", "module-native-protocol-unix socket=\(folder)/sock auth-anonymous=1",
        ]
        process.environment = ["HOME": folder, "XDG_RUNTIME_DIR": folder, "PATH": "/usr/bin:/bin"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        pid = process.processIdentifier
        let socket = folder + "/sock"
        try await eventually("the sound server's socket") {
            (FileManager.default.fileExists(atPath: socket), "\(socket) is missing")
        }
    }

    /// Ends it for good, in whatever state it is.
    func end() async throws {
        kill(pid, SIGKILL)
        try await eventually("the end of the sound server") { [pid] in
            (waitpid(pid, nil, WNOHANG) != 0 || kill(pid, 0) != 0, "pid \(pid) runs")
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
