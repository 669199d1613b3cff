import Foundation

@testable import Fleet

/// Listens to a guest the way viewers' capture does, with PulseAudio's own `parec`.
enum Recorder {
    /// The loudest sample of the next 0.3 s; 0 when the server does not answer within a second.
    static func peak(of guest: Guest) async -> Int {
        let (server, device) = (guest.pulseServer, "loco.monitor")
        return (try? await BlockingWork.run { try record(server, device) }) ?? 0
    }

    private static func record(_ server: String, _ device: String) throws -> Int {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = [
            "-s", "KILL", "0.6", "parec", "--server=\(server)", "--device=\(device)", "--format=s16le", "--rate=48000",
            "--channels=2", "--latency-msec=20",
        ]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / 2).map { abs(Int(bytes.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self))) }.max()
                ?? 0
        }
    }
}
