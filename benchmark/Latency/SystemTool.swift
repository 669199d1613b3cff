import Foundation

/// Runs the system's own programs for short.
enum SystemTool {
    /// Runs a command and waits for its end.
    ///
    /// - Throws: `BenchError.commandFailed` with what it printed.
    static func run(_ command: [String]) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try LocoProcess.withoutBlockedSignals { try process.run() }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchError.commandFailed(
                command.joined(separator: " "), output: text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
