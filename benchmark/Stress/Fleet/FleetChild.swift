import Foundation

/// One program of the fleet: `loco hub` or `loco node`.
final class FleetChild: Sendable {
    /// For people: `hub`, `instance-0`.
    let name: String
    let pid: Int32
    let identity: ProcessEntry.Identity?
    private let process: Process

    /// Starts it; what it prints goes to the end of the log.
    init(
        _ name: String, program: String, _ arguments: [String], environment: [String: String], directory: String,
        log: String
    ) throws {
        if !FileManager.default.fileExists(atPath: log), !FileManager.default.createFile(atPath: log, contents: nil) {
            throw BenchError.unwritable(path: log)
        }
        guard let output = FileHandle(forWritingAtPath: log) else { throw BenchError.unwritable(path: log) }
        defer { try? output.close() }
        try output.seekToEnd()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try LocoProcess.withoutBlockedSignals { try process.run() }
        self.name = name
        self.process = process
        pid = process.processIdentifier
        identity = ProcessEntry(pid: process.processIdentifier)?.identity
    }

    var isRunning: Bool { process.isRunning }

    /// How it ended; only once it has.
    var ending: String {
        process.terminationReason == .uncaughtSignal
            ? "by signal \(process.terminationStatus)" : "with status \(process.terminationStatus)"
    }

    /// SIGTERM.
    func terminate() { if process.isRunning { process.terminate() } }

    /// SIGKILL.
    func slay() { if process.isRunning { kill(pid, SIGKILL) } }
}
